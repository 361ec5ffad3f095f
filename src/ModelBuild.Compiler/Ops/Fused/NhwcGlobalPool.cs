using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Fused;

/// <summary>A global pool over x [N,H,W,C] to [N,1,1,C].</summary>
/// <param name="inner">The standard operator over [N,C,H,W] that it stands for.</param>
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
        context.SetOutput(0, context.Input(0).DType, new Shape(x[0], 1, 1, x[3]));
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(EvaluationContext context)
    {
        Tensor x = Shapes.Transpose.Apply(context.Input(0), [0, 3, 1, 2]);
        return [Shapes.Transpose.Apply(inner.Evaluate(new EvaluationContext(context.Node, [x], context.Cancellation))[0], [0, 2, 3, 1])];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        long[] x = context.InputDims(0);
        context.Call(kernel, 0, ("x", context.Input(0)), ("y", context.Output()), ("batch", (int)x[0]), ("spatial", (int)(x[1] * x[2])), ("channels", (int)x[3]));
    }
}
