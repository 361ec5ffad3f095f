using System.Numerics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>The running sum along an axis (ONNX CumSum 14).</summary>
public sealed class CumSum : CheckedOp
{
    /// <inheritdoc/>
    public override string OpType => "CumSum";

    private protected override int MinInputs => 2;

    private protected override bool WidensBFloat16 => true;

    private protected override void Infer(InferenceContext context)
    {
        ElementTypes.Require(context.Node, 0, context.Input(0).DType, ElementTypes.IsNumeric, "numbers");
        if (context.Shape(0) is { } shape && context.Constant(1) is { } axis)
        {
            _ = AxisOf(context.Node, axis, shape.Rank);
        }

        context.SetOutput(0, context.Input(0));
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        return [ElementTypes.Dispatch(context.Node, x.DType, new Loop(context.Node, x, AxisOf(context.Node, context.Input(1), x.Rank)))];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Node node = context.Node;
        ElementTypes.RequireNumericKernel(node, context.Input(0).DType);
        long[] dims = context.InputDims(0);
        if (context.Constant(1) is not { } axis)
        {
            context.Call(
                "Scan.CumSumAlong", 0, ("x", context.Input(0)), ("along", context.Input(1)), ("y", context.Output()), ("shape", Literals.Ints(node, dims)), ("exclusive", Is(node, "exclusive")), ("reverse", Is(node, "reverse")));
            return;
        }

        (int outer, int length, int inner) = Axes.Split(dims, AxisOf(node, axis, dims.Length));
        context.Call(
            "Scan.CumSum", 0, ("x", context.Input(0)), ("y", context.Output()), ("outer", outer), ("axis", length), ("inner", inner), ("exclusive", Is(node, "exclusive")), ("reverse", Is(node, "reverse")));
    }

    private static bool Is(Node node, string attribute) => node.Attributes.GetInt(attribute, 0) != 0;

    private static int AxisOf(Node node, Tensor axis, int rank) => axis.Count == 1
        ? Axes.Normalize(node, Elements.Integers(node, 1, axis)[0], rank)
        : throw NodeErrors.Shape(node, $"the axis has {axis.Count} elements; one is needed.");

    private readonly record struct Loop(Node Node, Tensor X, int Axis) : INumericFunction
    {
        public Tensor Invoke<T>()
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            Tensor y = Results.Allocate(Node, X.DType, X.Dims);
            (int outer, int length, int inner) = Axes.Split(X.Dims, Axis);
            bool exclusive = Is(Node, "exclusive");
            bool reverse = Is(Node, "reverse");
            ReadOnlySpan<T> from = X.Span<T>();
            Span<T> to = y.MutableSpan<T>();
            for (int o = 0; o < outer; o++)
            {
                for (int i = 0; i < inner; i++)
                {
                    T sum = T.Zero;
                    for (int k = 0; k < length; k++)
                    {
                        int at = (((o * length) + (reverse ? length - 1 - k : k)) * inner) + i;
                        T next = unchecked(sum + from[at]);
                        to[at] = exclusive ? sum : next;
                        sum = next;
                    }
                }
            }

            return y;
        }
    }
}
