using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.MachineLearning;

/// <summary>A tree ensemble that gives numbers (ONNX ai.onnx.ml TreeEnsembleRegressor 1 and 3).</summary>
public sealed class TreeEnsembleRegressor : TreeRegressionOp
{
    /// <inheritdoc/>
    public override string OpType => "TreeEnsembleRegressor";

    private protected override void Infer(InferenceContext context)
    {
        RequireNumbers(context);
        Dim? rows = RowsOf(context);
        context.SetOutput(0, DType.F32, rows is null ? null : new Shape(rows.Value, Targets(context.Node)));
    }

    private protected override DType ResultType(DType input) => DType.F32;

    private protected override TreeForest Describe(Node node) => TreeTables.Read(node, "target", Targets(node));

    private static int Targets(Node node) => node.Attributes.GetInt("n_targets", 1) is >= 1 and <= int.MaxValue and long targets
        ? (int)targets
        : throw NodeErrors.Invalid(node, $"n_targets is {node.Attributes.GetInt("n_targets", 1)}.");
}
