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
            context.SetOutput(i, Common(node, Subgraph(node, Then).Outputs[i].Value.Type, Subgraph(node, Else).Outputs[i].Value.Type));
        }
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Graph branch = Branch(context.Node, Condition(context.Node, context.Input(0)));
        return [.. context.Run(branch, [.. Enumerable.Range(1, OwnCaptures(context.Node)).Select(context.Input)])];
    }

    /// <inheritdoc/>
    public IReadOnlyList<CountRange>? CountsOf(Node node) => SizesOf(node) is { Count: > 0 } sizes ? [.. sizes.Select(s => new CountRange(0, Math.Max(s.Then, s.Else)))] : null;

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        if (context.IsCounted)
        {
            foreach ((int size, (long then, long otherwise)) in SizesOf(context.Node)!.Index())
            {
                context.Count(size, "Counts.Choice", ("condition", context.Input(0)), ("then", Literals.Int(context.Node, then)), ("otherwise", Literals.Int(context.Node, otherwise)));
            }
        }

        context.BeginIf(context.Input(0));
        LowerBranch(context, Subgraph(context.Node, Then));
        context.BeginElse();
        LowerBranch(context, Subgraph(context.Node, Else));
        context.EndBlock();
    }

    /// <inheritdoc/>
    public int CountOf(Node node, int output, int axis, int ordinal)
    {
        (Shape then, Shape otherwise) = (BranchShape(node, Then, output)!, BranchShape(node, Else, output)!);
        return SizesOf(node)?.IndexOf((then[axis].Value, otherwise[axis].Value)) ?? -1;
    }

    // The pairs of sizes in which the branches differ, each once; null where a size is not known in a branch.
    private static List<(long Then, long Else)>? SizesOf(Node node)
    {
        List<(long Then, long Else)> all = [];
        for (int i = 0; i < node.Outputs.Count; i++)
        {
            (Shape? then, Shape? otherwise) = (BranchShape(node, Then, i), BranchShape(node, Else, i));
            if (then?.IsStatic != true || otherwise?.IsStatic != true || then.Rank != otherwise.Rank)
            {
                return null;
            }

            foreach ((long Then, long Else) sizes in then.ToArray().Zip(otherwise.ToArray()))
            {
                if (sizes.Then != sizes.Else && !all.Contains(sizes))
                {
                    all.Add(sizes);
                }
            }
        }

        return all;
    }

    private static Shape? BranchShape(Node node, string branch, int output) => Subgraph(node, branch).Outputs[output].Value.Type.Shape;

    private static int OwnCaptures(Node node) => node.Inputs.Count - 1;

    private static void LowerBranch(ILoweringContext context, Graph branch)
    {
        BindCaptures(context, branch);
        context.LowerSubgraph(branch);
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
