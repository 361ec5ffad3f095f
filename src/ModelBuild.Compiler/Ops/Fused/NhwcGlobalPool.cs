using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Fused;

/// <summary>A global pool over x [N,H,W,C] or [N,D,H,W,C] to one position.</summary>
/// <param name="inner">The standard operator over [N,C,...] that it stands for.</param>
/// <param name="kernel">Plan name of the kernel.</param>
public sealed class NhwcGlobalPool(GlobalPoolOp inner, string kernel) : Op
{
    /// <inheritdoc/>
    public override string OpType => inner.OpType;

    /// <inheritdoc/>
    public override string Domain => FusedDomain.Name;

    /// <inheritdoc/>
    public override void InferTypes(InferenceContext context)
    {
        Shape x = context.Shape(0)!;
        context.SetOutput(0, context.Input(0).DType, new Shape(x.Select((d, i) => i == 0 || i == x.Rank - 1 ? d : 1)));
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(EvaluationContext context) => [ChannelsLast.Evaluate(context, inner)];

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        long[] x = context.InputDims(0);
        context.Call(kernel, 0, ("x", context.Input(0)), ("y", context.Output()), ("batch", (int)x[0]), ("spatial", Axes.Product(x.AsSpan(1, x.Length - 2))), ("channels", (int)x[^1]));
    }
}
