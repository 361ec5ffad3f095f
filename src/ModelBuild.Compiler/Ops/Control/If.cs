using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Control;

/// <summary>ONNX If-21: one of two subgraphs, by a condition.</summary>
internal sealed class If(bool isClosed) : ControlOp(isClosed)
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
    public override void Lower(ILoweringContext context)
    {
        context.BeginIf(context.Input(0));
        LowerBranch(context, Subgraph(context.Node, Then));
        context.BeginElse();
        LowerBranch(context, Subgraph(context.Node, Else));
        context.EndBlock();
    }

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
                Copy(context, context.OperandOf(branch.Outputs[i].Value), context.Output(i));
            }
        }
    }
}
