using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>A yes-or-no question about a floating-point element.</summary>
internal abstract class FloatTestOp : CheckedOp
{
    private protected sealed override int MinInputs => 1;

    private protected sealed override bool WidensBFloat16 => true;

    /// <summary>The question with a node's attributes.</summary>
    private protected abstract Func<double, bool> Function(AttributeMap attributes);

    /// <summary>Literals of the kernel after its operands.</summary>
    private protected virtual (string Name, StepValue Value)[] KernelLiterals(AttributeMap attributes) => [];

    private protected sealed override void Infer(InferenceContext context)
    {
        ElementTypes.Require(context.Node, 0, context.Input(0).DType, DTypes.IsFloat, "floating-point elements");
        context.SetOutput(0, DType.Bool, context.Shape(0));
    }

    private protected sealed override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        ElementTypes.Require(context.Node, 0, x.DType, DTypes.IsFloat, "floating-point elements");
        Tensor y = Results.Allocate(context.Node, DType.Bool, x.Dims);
        Func<double, bool> function = Function(context.Attributes);
        double[] values = x.ToDoubleArray();
        Span<bool> to = y.MutableSpan<bool>();
        for (int i = 0; i < to.Length; i++)
        {
            to[i] = function(values[i]);
        }

        return [y];
    }

    /// <inheritdoc/>
    public sealed override void Lower(ILoweringContext context)
    {
        ElementTypes.RequireNumericKernel(context.Node, context.Input(0).DType);
        context.Call("Unary." + OpType, 0, [("x", context.Input(0)), ("y", context.Output()), .. KernelLiterals(context.Node.Attributes)]);
    }
}
