using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Control;

/// <summary>ONNX If-21: one of two subgraphs, by a condition.</summary>
internal sealed class If(bool isClosed) : ControlOp(isClosed), ICountedOp
{
    private const string Then = "then_branch";
    private const string Else = "else_branch";

    /// <inheritdoc/>
    public override string OpType => "If";

    private protected override int MinInputs => 1;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Subgraphs { get; } = [Then, Else];

    /// <summary>The branch that a condition chooses.</summary>
    public static Graph Branch(Node node, bool condition) => Subgraph(node, condition ? Then : Else);

    /// <summary>The shapes of an output in both branches; null where one is not known.</summary>
    public static (Shape Then, Shape Else)? BranchShapes(Node node, int output) =>
        (BranchShape(node, Then, output), BranchShape(node, Else, output)) is ({ } then, { } otherwise) ? (then, otherwise) : null;

    /// <inheritdoc/>
    public override bool InferSubgraphInputs(InferenceContext context, int round)
    {
        InferCaptures(context.Node, Subgraph(context.Node, Then));
        InferCaptures(context.Node, Subgraph(context.Node, Else));
        return round == 0;
    }

    private protected override void Infer(InferenceContext context)
    {
        Node node = context.Node;
        CheckCondition(node, 0);
        CheckCounts(node, Then, OwnCaptures(node), node.Outputs.Count);
        CheckCounts(node, Else, OwnCaptures(node), node.Outputs.Count);
        for (int i = 0; i < node.Outputs.Count; i++)
        {
            TensorType common = Common(node, Subgraph(node, Then).Outputs[i].Value.Type, Subgraph(node, Else).Outputs[i].Value.Type);
            int output = i;
            Shape? shape = common.Shape is { } equal ? new Shape(equal.Select((d, axis) => node.Graph.SizeDependence?.VaryingSizes(node, output, axis) is null ? d : Dim.Unknown)) : null;
            context.SetOutput(i, new TensorType(common.DType, shape));
        }
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Graph branch = Branch(context.Node, Condition(context.Node, context.Input(0)));
        return [.. context.Run(branch, [.. Enumerable.Range(1, OwnCaptures(context.Node)).Select(context.Input)])];
    }

    /// <inheritdoc/>
    public override string? WhyUnknown(Node node)
    {
        for (int i = 0; i < node.Outputs.Count; i++)
        {
            if (BranchShapes(node, i) is var (then, otherwise) && then.Rank != otherwise.Rank)
            {
                return $"Its branches make results of {then.Rank} and of {otherwise.Rank} dimensions: give them as many in the model (Unsqueeze, Reshape), or make the condition constant.";
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public IReadOnlyList<CountRange>? CountsOf(Node node) => SizesOf(node) is { Count: > 0 } sizes ? [.. sizes.Select(s => new CountRange(0, Most(s, CountsWithin(node))))] : null;

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        // What a branch counts is known once it has run.
        bool isCountedWithin = context.IsCounted && CountsWithin(context.Node);
        if (!isCountedWithin)
        {
            Count(context);
        }

        LowerBranches(context, branch =>
        {
            BindCaptures(context, branch);
            context.LowerSubgraph(branch);
            if (!isCountedWithin)
            {
                LowerResults(context, branch);
            }
        });
        if (isCountedWithin)
        {
            Count(context);
            LowerBranches(context, branch => LowerResults(context, branch));
        }
    }

    /// <inheritdoc/>
    public int CountOf(Node node, int output, int axis, int ordinal)
    {
        (Shape then, Shape otherwise) = (BranchShape(node, Then, output)!, BranchShape(node, Else, output)!);
        return SizesOf(node)?.FindIndex(s => s.Both.Equals(SizesOf(node, output, axis, then, otherwise))) ?? -1;
    }

    // The pairs of sizes in which the branches differ, each once; null where a size is not known in a branch.
    private static List<(long Then, long Else, AxisSizes Both)>? SizesOf(Node node)
    {
        List<(long Then, long Else, AxisSizes Both)> all = [];
        for (int i = 0; i < node.Outputs.Count; i++)
        {
            (Shape? then, Shape? otherwise) = (BranchShape(node, Then, i), BranchShape(node, Else, i));
            if (then?.IsStatic != true || otherwise?.IsStatic != true || then.Rank != otherwise.Rank)
            {
                return null;
            }

            for (int axis = 0; axis < then.Rank; axis++)
            {
                if (SizesOf(node, i, axis, then, otherwise) is { } both && all.All(s => !s.Both.Equals(both)))
                {
                    all.Add((then[axis].Value, otherwise[axis].Value, both));
                }
            }
        }

        return all;
    }

    // The greater of two sizes that both depend on others is no expression that is looked for; their sum is no less. Neither is the greater of a fixed size and one that a branch counts: that one is 0
    // where the other branch runs.
    private static long Most((long Then, long Else, AxisSizes Both) sizes, bool isCountedWithin) =>
        isCountedWithin || (sizes.Both.Varies(0) && sizes.Both.Varies(1)) ? sizes.Then + sizes.Else : Math.Max(sizes.Then, sizes.Else);

    private bool CountsWithin(Node node) => Subgraphs.SelectMany(name => SubgraphCaptures.NodesOf(Subgraph(node, name))).Any(SizeDependence.IsCounted);

    // Of an axis in which the branches differ, now or at other sizes.
    private static AxisSizes? SizesOf(Node node, int output, int axis, Shape then, Shape otherwise) =>
        node.Graph.SizeDependence?.VaryingSizes(node, output, axis) ?? (then[axis] == otherwise[axis] ? null : new AxisSizes([[then[axis].Value], [otherwise[axis].Value]]));

    private static Shape? BranchShape(Node node, string branch, int output) => Subgraph(node, branch).Outputs[output].Value.Type.Shape;

    private static int OwnCaptures(Node node) => node.Inputs.Count - 1;

    private static void Count(ILoweringContext context)
    {
        if (context.IsCounted)
        {
            foreach ((int size, (long then, long otherwise, _)) in SizesOf(context.Node)!.Index())
            {
                context.Count(size, "Counts.Choice", ("condition", context.Input(0)), ("then", Literals.Int(context.Node, then)), ("otherwise", Literals.Int(context.Node, otherwise)));
            }
        }
    }

    private static void LowerBranches(ILoweringContext context, Action<Graph> lower)
    {
        context.BeginIf(context.Input(0));
        lower(Subgraph(context.Node, Then));
        context.BeginElse();
        lower(Subgraph(context.Node, Else));
        context.EndBlock();
    }

    private static void LowerResults(ILoweringContext context, Graph branch)
    {
        for (int i = 0; i < context.Node.Outputs.Count; i++)
        {
            if (context.Node.Outputs[i] is { } output)
            {
                RequireStatic(context.Node, output);
                Operand made = context.OperandOf(branch.Outputs[i].Value);
                if (context.IsCounted)
                {
                    context.Call("Counts.Take", 0, ("x", made), ("y", context.Output(i)));
                    continue;
                }

                Copy(context, made, context.Output(i));
            }
        }
    }
}
