using System.Numerics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>Numbers from start to before limit by delta (ONNX Range 27). Half-precision sequences are computed in binary32 and rounded once.</summary>
public sealed class RangeOp : CheckedOp, ICountedOp
{
    /// <inheritdoc/>
    public override string OpType => "Range";

    private protected override int MinInputs => 3;

    private protected override bool WidensBFloat16 => true;

    private protected override void Infer(InferenceContext context)
    {
        DType type = context.Input(0).DType;
        for (int i = 1; i < 3; i++)
        {
            type = ElementTypes.Same(context.Node, type, context.Input(i).DType);
        }

        ElementTypes.Require(context.Node, 0, type, ElementTypes.IsNumeric, "numbers");
        Dim length = Dim.Unknown;
        if (context.Constant(0) is { } start && context.Constant(1) is { } limit && context.Constant(2) is { } delta)
        {
            length = Length(context.Node, start, limit, delta);
        }

        context.SetOutput(0, type, new Shape(length));
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor start = context.Input(0);
        long length = Length(context.Node, start, context.Input(1), context.Input(2));
        if (start.DType == DType.F16)
        {
            float first = (float)start.ToDoubleArray()[0];
            float step = (float)context.Input(2).ToDoubleArray()[0];
            Results.Check(context.Node, DType.F16, [length]);
            return [Tensor.Vector<Half>([.. Enumerable.Range(0, (int)length).Select(i => (Half)(first + (i * step)))])];
        }

        return [ElementTypes.Dispatch(context.Node, start.DType, new Loop(context.Node, start, context.Input(2), length))];
    }

    /// <inheritdoc/>
    public IReadOnlyList<CountRange>? CountsOf(Node node) => [new(0, null)];

    /// <inheritdoc/>
    public string? CountKey(Node node, int size) => Is(node, 0, 0) && Is(node, 2, 1) && DTypes.IsInteger(node.Input(1).Type.DType) ? CountOrigin.Of(node.Input(1), 0) : null;

    private static bool Is(Node node, int input, long value) => node.Input(input).Constant is { Count: 1 } constant && DTypes.IsInteger(constant.DType) && constant.ToInt64Array()[0] == value;

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        ElementTypes.RequireNumericKernel(context.Node, context.Input(0).DType);
        context.Count(0, "Counts.Range", ("start", context.Input(0)), ("limit", context.Input(1)), ("delta", context.Input(2)));
        context.Call("Scan.Range", 0, ("start", context.Input(0)), ("delta", context.Input(2)), ("y", context.Output()));
    }

    private static long Length(Node node, Tensor start, Tensor limit, Tensor delta)
    {
        if (start.Count != 1 || limit.Count != 1 || delta.Count != 1)
        {
            throw NodeErrors.Shape(node, "start, limit and delta must be scalars.");
        }

        if (DTypes.IsInteger(start.DType))
        {
            Int128 step = delta.ToInt64Array()[0];
            Int128 distance = (Int128)limit.ToInt64Array()[0] - start.ToInt64Array()[0];
            Int128 count = step == 0 ? throw NodeErrors.Invalid(node, "delta is 0.") : (distance + step - Int128.Sign(step)) / step;
            return (long)Int128.Clamp(count, 0, long.MaxValue);
        }

        double steps = Math.Ceiling((limit.ToDoubleArray()[0] - start.ToDoubleArray()[0]) / delta.ToDoubleArray()[0]);
        return double.IsFinite(steps) ? (long)Math.Clamp(steps, 0, int.MaxValue) : throw NodeErrors.Invalid(node, "delta is 0, or a bound is not finite.");
    }

    private readonly record struct Loop(Node Node, Tensor Start, Tensor Delta, long Length) : INumericFunction
    {
        public Tensor Invoke<T>()
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            Tensor y = Results.Allocate(Node, Start.DType, [Length]);
            T start = Start.Span<T>()[0];
            T delta = Delta.Span<T>()[0];
            Span<T> to = y.MutableSpan<T>();
            for (int i = 0; i < to.Length; i++)
            {
                to[i] = unchecked(start + (T.CreateTruncating(i) * delta));
            }

            return y;
        }
    }
}
