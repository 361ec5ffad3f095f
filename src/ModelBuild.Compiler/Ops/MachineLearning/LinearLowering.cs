using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.MachineLearning;

/// <summary>Appends the step of a linear model.</summary>
internal static class LinearLowering
{
    /// <summary>One score per row and target.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">The sizes do not fit (MDB3002).</exception>
    public static void Scores(ILoweringContext context, Operand x, Operand y, int rows, int features, int targets, float[] coefficients, float[] intercepts)
    {
        LinearReference.Check(context.Node, features, targets, coefficients, intercepts);
        context.Call(
            "LinearModel.F32", (long)rows * features * targets,
            ("x", x), ("coefficients", context.Weights(Tensor.Vector<float>(coefficients))), ("intercepts", intercepts.Length == 0 ? (Operand?)null : context.Weights(Tensor.Vector<float>(intercepts))),
            ("y", y), ("rows", rows), ("features", features), ("targets", targets));
    }
}
