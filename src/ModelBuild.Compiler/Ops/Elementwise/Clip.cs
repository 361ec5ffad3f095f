using System.Numerics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>min(max(x, lower), upper); a bound that is omitted does not bind (ONNX Clip 13).</summary>
internal sealed class Clip : CheckedOp
{
    /// <inheritdoc/>
    public override string OpType => "Clip";

    private protected override int MinInputs => 1;

    private protected override int MaxInputs => 3;

    private protected override bool WidensBFloat16 => true;

    /// <summary>The constant bounds of a node, or null when one is computed.</summary>
    public static (double Low, double High)? Bounds(Node node)
    {
        bool constant = node.InputOrNull(1) is null or { IsConstant: true } && node.InputOrNull(2) is null or { IsConstant: true };
        return constant
            ? (node.InputOrNull(1)?.Constant!.ToDoubleArray()[0] ?? double.NegativeInfinity, node.InputOrNull(2)?.Constant!.ToDoubleArray()[0] ?? double.PositiveInfinity)
            : null;
    }

    private protected override void Infer(InferenceContext context)
    {
        DType type = context.Input(0).DType;
        for (int i = 1; i < 3; i++)
        {
            if (context.HasInput(i))
            {
                type = ElementTypes.Same(context.Node, type, context.Input(i).DType);
                if (context.Shape(i) is { } shape && shape.Any(d => d.IsKnown && d.Value != 1))
                {
                    throw NodeErrors.Shape(context.Node, $"input {i} has shape {shape}; a scalar is needed.");
                }
            }
        }

        ElementTypes.Require(context.Node, 0, type, ElementTypes.IsNumeric, "numbers");
        context.SetOutput(0, type, context.Shape(0));
    }

    private protected override Tensor[] Compute(EvaluationContext context) =>
        [ElementTypes.Dispatch(context.Node, context.Input(0).DType, new Loop(context))];

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Operand x = context.Input(0);
        Operand y = context.Output();
        ElementTypes.RequireNumericKernel(context.Node, x.DType);
        Operand? lower = context.InputOrNull(1);
        Operand? upper = context.InputOrNull(2);
        if (lower is null && upper is null)
        {
            context.Alias(0, 0);
            return;
        }

        context.AllowInPlace(0, 0);
        if (x.DType == DType.F32 && Bounds(context.Node) is { } bounds)
        {
            context.Call("Unary.ClipF32", 0, ("x", x), ("y", y), ("min", (float)bounds.Low), ("max", (float)bounds.High));
            return;
        }

        if (lower is not null)
        {
            context.Call("Binary.MaxScalar", 0, ("a", x), ("b", lower), ("y", y));
        }

        if (upper is not null)
        {
            context.Call("Binary.MinScalar", 0, ("a", lower is null ? x : y), ("b", upper), ("y", y));
        }
    }

    private readonly record struct Loop(EvaluationContext Context) : INumericFunction
    {
        public Tensor Invoke<T>()
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            Tensor x = Context.Input(0);
            Tensor y = Results.Allocate(Context.Node, x.DType, x.Dims);
            ReadOnlySpan<T> from = x.Span<T>();
            Span<T> to = y.MutableSpan<T>();
            T? lower = Bound<T>(1);
            T? upper = Bound<T>(2);
            for (int i = 0; i < to.Length; i++)
            {
                T value = from[i];
                value = lower is { } min && value < min ? min : value;
                to[i] = upper is { } max && value > max ? max : value;
            }

            return y;
        }

        private T? Bound<T>(int input)
            where T : unmanaged
        {
            Tensor? bound = Context.InputOrNull(input);
            return bound is null ? null : bound.Count == 1 ? bound.Span<T>()[0] : throw NodeErrors.Shape(Context.Node, $"input {input} has {bound.Count} elements; one is needed.");
        }
    }
}
