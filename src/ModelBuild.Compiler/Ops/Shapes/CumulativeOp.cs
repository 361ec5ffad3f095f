using System.Numerics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>What has come of a binary operator along an axis, each with or without its own element, from either end. The axis may be computed.</summary>
public abstract class CumulativeOp : CheckedOp
{
    private protected sealed override int MinInputs => 2;

    private protected sealed override bool WidensBFloat16 => true;

    /// <summary>The result before the first element.</summary>
    private protected abstract T Identity<T>()
        where T : unmanaged, INumber<T>;

    /// <summary>The result with one more element; integers wrap.</summary>
    private protected abstract T Combine<T>(T total, T next)
        where T : unmanaged, INumber<T>;

    private protected sealed override void Infer(InferenceContext context)
    {
        ElementTypes.Require(context.Node, 0, context.Input(0).DType, ElementTypes.IsNumeric, "numbers");
        ElementTypes.RequireIndex(context.Node, 1, context.Input(1).DType);
        if (context.Shape(0) is { } x && context.Constant(1) is { } axis)
        {
            AxisOf(context.Node, axis, x.Rank);
        }

        context.SetOutput(0, context.Input(0));
    }

    private protected sealed override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        return [ElementTypes.Dispatch(context.Node, x.DType, new Loop(this, context.Node, x, AxisOf(context.Node, context.Input(1), x.Rank)))];
    }

    /// <inheritdoc/>
    public sealed override void Lower(ILoweringContext context)
    {
        Node node = context.Node;
        ElementTypes.RequireNumericKernel(node, context.Input(0).DType);
        long[] dims = context.InputDims(0);
        if (context.Constant(1) is not { } axis)
        {
            context.Call(
                $"Scan.{OpType}Along", 0, ("x", context.Input(0)), ("along", context.Input(1)), ("y", context.Output()), ("shape", Literals.Ints(node, dims)), ("exclusive", Is(node, "exclusive")), ("reverse", Is(node, "reverse")));
            return;
        }

        (int outer, int length, int inner) = Axes.Split(dims, AxisOf(node, axis, dims.Length));
        context.Call(
            $"Scan.{OpType}", 0, ("x", context.Input(0)), ("y", context.Output()), ("outer", outer), ("axis", length), ("inner", inner), ("exclusive", Is(node, "exclusive")), ("reverse", Is(node, "reverse")));
    }

    private static bool Is(Node node, string attribute) => node.Attributes.GetInt(attribute, 0) != 0;

    private static int AxisOf(Node node, Tensor axis, int rank) => axis.Count == 1
        ? Axes.Normalize(node, Elements.Integers(node, 1, axis)[0], rank)
        : throw NodeErrors.Shape(node, $"the axis has {axis.Count} elements; one is needed.");

    private readonly record struct Loop(CumulativeOp Op, Node Node, Tensor X, int Axis) : INumericFunction
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
            for (int run = 0; run < outer * inner; run++)
            {
                T total = Op.Identity<T>();
                for (int k = 0; k < length; k++)
                {
                    int at = ((((run / inner) * length) + (reverse ? length - 1 - k : k)) * inner) + (run % inner);
                    T next = Op.Combine(total, from[at]);
                    to[at] = exclusive ? total : next;
                    total = next;
                }
            }

            return y;
        }
    }
}
