using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>A function of one floating-point element. Reference evaluation computes in binary64 and rounds once.</summary>
internal abstract class UnaryFloatOp : CheckedOp
{
    private protected sealed override int MinInputs => 1;

    private protected sealed override bool WidensBFloat16 => true;

    /// <summary>The function with a node's attributes.</summary>
    private protected abstract Func<double, double> Function(AttributeMap attributes);

    /// <summary>The binary32 kernel, <c>Unary.NameF32</c>; a <see cref="DoubleFunction"/> of that name computes in binary64.</summary>
    private protected abstract string Kernel(AttributeMap attributes);

    /// <summary>Literals of the kernel after its operands.</summary>
    private protected virtual (string Name, StepValue Value)[] KernelLiterals(AttributeMap attributes) => [];

    /// <summary>Refuses attribute values that the operator does not have.</summary>
    private protected virtual void CheckAttributes(Node node)
    {
    }

    private protected sealed override void Infer(InferenceContext context)
    {
        TensorType type = context.Input(0);
        ElementTypes.Require(context.Node, 0, type.DType, DTypes.IsFloat, "floating-point elements");
        CheckAttributes(context.Node);
        context.SetOutput(0, type);
    }

    private protected sealed override Tensor[] Compute(EvaluationContext context)
    {
        CheckAttributes(context.Node);
        Tensor x = context.Input(0);
        Func<double, double> function = Function(context.Attributes);
        Tensor y = Results.Allocate(context.Node, x.DType, x.Dims);
        switch (x.DType)
        {
            case DType.F32:
                ReadOnlySpan<float> singles = x.Span<float>();
                Span<float> toSingles = y.MutableSpan<float>();
                for (int i = 0; i < singles.Length; i++)
                {
                    Poll(context, i);
                    toSingles[i] = (float)function(singles[i]);
                }

                break;
            case DType.F64:
                ReadOnlySpan<double> doubles = x.Span<double>();
                Span<double> toDoubles = y.MutableSpan<double>();
                for (int i = 0; i < doubles.Length; i++)
                {
                    Poll(context, i);
                    toDoubles[i] = function(doubles[i]);
                }

                break;
            case DType.F16:
                ReadOnlySpan<Half> halves = x.Span<Half>();
                Span<Half> toHalves = y.MutableSpan<Half>();
                for (int i = 0; i < halves.Length; i++)
                {
                    Poll(context, i);
                    toHalves[i] = (Half)function((double)halves[i]);
                }

                break;
            default:
                throw NodeErrors.Type(context.Node, $"cannot be computed with elements of type {x.DType}.");
        }

        return [y];
    }

    /// <inheritdoc/>
    public sealed override void Lower(ILoweringContext context)
    {
        Operand x = context.Input(0);
        if (x.DType != DType.F64)
        {
            ElementTypes.RequireF32Kernel(context.Node, x.DType);
        }

        context.AllowInPlace(0, 0);
        if (x.DType == DType.F64)
        {
            (string Name, StepValue Value)[] literals = KernelLiterals(context.Node.Attributes);
            string name = Kernel(context.Node.Attributes)["Unary.".Length..^"F32".Length];
            context.Call(
                "DoubleMath.Map", 0,
                ("x", x), ("y", context.Output()), ("function", Enum.Parse<DoubleFunction>(name)), ("alpha", literals.Length > 0 ? literals[0].Value : 0f), ("beta", literals.Length > 1 ? literals[1].Value : 0f));
            return;
        }

        context.Call(Kernel(context.Node.Attributes), 0, [("x", x), ("y", context.Output()), .. KernelLiterals(context.Node.Attributes)]);
    }

    private static void Poll(EvaluationContext context, int i)
    {
        if ((i & 0xFFFF) == 0)
        {
            context.Cancellation.ThrowIfCancellationRequested();
        }
    }
}
