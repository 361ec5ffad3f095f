using System.Numerics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>The k largest or smallest elements along an axis with their indices (ONNX TopK 11). Sorted in every case; of equal elements the lower index comes first, and NaN is the largest.</summary>
public sealed class TopK : CheckedOp, ICountedOp
{
    /// <inheritdoc/>
    public override string OpType => "TopK";

    private protected override int MinInputs => 2;

    private protected override bool WidensBFloat16 => true;

    private protected override void Infer(InferenceContext context)
    {
        Node node = context.Node;
        ElementTypes.Require(node, 0, context.Input(0).DType, ElementTypes.IsNumeric, "numbers");
        Shape? shape = context.Shape(0);
        if (shape is not null)
        {
            int axis = Axes.Normalize(node, context.Attributes.GetInt("axis", -1), shape.Rank);
            shape = shape.With(axis, context.Constant(1) is { } k ? CountOf(node, k, shape[axis]) : Dim.Unknown);
        }

        context.SetOutput(0, context.Input(0).DType, shape);
        context.SetOutput(1, DType.I64, shape);
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        int axis = Axes.Normalize(context.Node, context.Attributes.GetInt("axis", -1), x.Rank);
        long[] dims = x.Dims.ToArray();
        dims[axis] = CountOf(context.Node, context.Input(1), dims[axis]);
        Tensor indices = Results.Allocate(context.Node, DType.I64, dims);
        Tensor values = ElementTypes.Dispatch(context.Node, x.DType, new Loop(context.Node, x, indices, axis, IsLargest(context.Node)));
        return context.Node.Outputs.Count > 1 ? [values, indices] : [values];
    }

    /// <inheritdoc/>
    public IReadOnlyList<CountRange>? CountsOf(Node node) =>
        node.Input(0).Type.Shape is { Rank: > 0 } shape ? [new(0, shape[Axes.Normalize(node, node.Attributes.GetInt("axis", -1), shape.Rank)].Value)] : null;

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Node node = context.Node;
        Operand x = context.Input(0);
        ElementTypes.RequireNumericKernel(node, x.DType);
        long[] dims = context.InputDims(0);
        int axis = Axes.Normalize(node, node.Attributes.GetInt("axis", -1), dims.Length);
        (int outer, int length, int inner) = Axes.Split(dims, axis);
        int count = Literals.Int(node, context.OutputDims(node.Outputs[0] is null ? 1 : 0)[axis]);
        long total = (long)outer * count * inner;
        if (context.Constant(1) is null)
        {
            context.Count(0, "TopK.Count", ("k", context.Input(1)), ("axisLength", length));
        }
        else if (total == 0 && !context.SizesVary)
        {
            return;
        }

        Operand values = node.Outputs[0] is not null ? context.Output(0) : context.Scratch(x.DType, Math.Max(1, total))!;
        Operand indices = node.Outputs.Count > 1 && node.Outputs[1] is not null ? context.Output(1) : context.Scratch(DType.I64, Math.Max(1, total))!;
        context.Call(
            "TopK.Run", 0, ("x", x), ("values", values), ("indices", indices), ("outer", outer), ("axisLength", length), ("inner", inner), ("k", count), ("largest", IsLargest(node)));
    }

    private static bool IsLargest(Node node) => node.Attributes.GetInt("largest", 1) != 0;

    private static long CountOf(Node node, Tensor k, Dim length)
    {
        long count = k.Count == 1 ? Elements.Integers(node, 1, k)[0] : throw NodeErrors.Shape(node, $"k has {k.Count} elements; one is needed.");
        return count >= 0 && (!length.IsKnown || count <= length.Value) ? count : throw NodeErrors.Invalid(node, $"k is {count}, but the axis has {length} elements.");
    }

    private readonly record struct Loop(Node Node, Tensor X, Tensor Indices, int Axis, bool Largest) : INumericFunction
    {
        public Tensor Invoke<T>()
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            Tensor y = Results.Allocate(Node, X.DType, Indices.Dims);
            (int outer, int length, int inner) = Axes.Split(X.Dims, Axis);
            int count = (int)Indices.Dims[Axis];
            T[] column = new T[length];
            for (int o = 0; o < outer; o++)
            {
                for (int i = 0; i < inner; i++)
                {
                    for (int k = 0; k < length; k++)
                    {
                        column[k] = X.Span<T>()[(((o * length) + k) * inner) + i];
                    }

                    // OrderBy is stable, so that the lower of equal elements' indices comes first.
                    IEnumerable<int> order = Enumerable.Range(0, length);
                    order = Largest ? order.OrderByDescending(k => column[k], NaNLargest<T>.Instance) : order.OrderBy(k => column[k], NaNLargest<T>.Instance);
                    int rank = 0;
                    foreach (int k in order.Take(count))
                    {
                        int at = (((o * count) + rank++) * inner) + i;
                        y.MutableSpan<T>()[at] = column[k];
                        Indices.MutableSpan<long>()[at] = k;
                    }
                }
            }

            return y;
        }
    }

    private sealed class NaNLargest<T> : IComparer<T>
        where T : unmanaged, INumber<T>
    {
        public static NaNLargest<T> Instance { get; } = new();

        public int Compare(T x, T y) => T.IsNaN(x) || T.IsNaN(y) ? T.IsNaN(x).CompareTo(T.IsNaN(y)) : x < y ? -1 : x > y ? 1 : 0;
    }
}
