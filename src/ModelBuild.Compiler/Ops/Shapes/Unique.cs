using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>
/// ONNX Unique-11: the distinct elements, or slices along an axis, sorted or in order of first appearance; where each first appears, which one each element is, and how often each
/// appears. How many there are is counted at run time.
/// </summary>
public sealed class Unique : CheckedOp, ICountedOp
{
    /// <inheritdoc/>
    public override string OpType => "Unique";

    private protected override int MinInputs => 1;

    private protected override void Infer(InferenceContext context)
    {
        ElementTypes.Require(context.Node, 0, context.Input(0).DType, t => ElementTypes.IsNumeric(t) || t == DType.Bool, "numbers or bool");
        Shape? y = new(Dim.Unknown);
        if (context.Attributes.Contains("axis"))
        {
            y = context.Shape(0) is { } x ? x.With(Axes.Normalize(context.Node, context.Attributes.GetInt("axis", 0), x.Rank), Dim.Unknown) : null;
        }

        context.SetOutput(0, context.Input(0).DType, y);
        Shape? shape = context.Shape(0);
        bool isFlat = !context.Attributes.Contains("axis");
        Dim length = shape is null ? Dim.Unknown : isFlat ? shape.Aggregate(new Dim(1), (a, b) => a * b) : shape[Axes.Normalize(context.Node, context.Attributes.GetInt("axis", 0), shape.Rank)];
        context.SetOutput(1, DType.I64, new Shape(Dim.Unknown));
        context.SetOutput(2, DType.I64, new Shape(length));
        context.SetOutput(3, DType.I64, new Shape(Dim.Unknown));
    }

    /// <inheritdoc/>
    public IReadOnlyList<CountRange>? CountsOf(Node node) => [new(0, Split(node, node.Input(0).Type.Shape!.ToArray()).Length)];

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Node node = context.Node;
        Operand x = context.Input(0);
        if (x.DType != DType.Bool)
        {
            ElementTypes.RequireNumericKernel(node, x.DType);
        }

        (int outer, int length, int inner) = Split(node, context.InputDims(0));
        Operand? order = context.Scratch(DType.I32, length);
        Operand? groups = context.Scratch(DType.I64, length);
        Operand? sizes = context.Scratch(DType.I32, length);
        (string, StepValue)[] shape = [("outer", outer), ("length", length), ("inner", inner)];
        context.Count(0, "Unique.Count", [("x", x), ("order", order), ("groups", groups), ("sizes", sizes), .. shape, ("sorted", node.Attributes.GetInt("sorted", 1) != 0)]);
        int count = checked((int)(context.OutputDims()[node.Attributes.Contains("axis") ? Axes.Normalize(node, node.Attributes.GetInt("axis", 0), context.InputDims(0).Length) : 0]));
        context.Call("Unique.Write", 0, [("x", x), ("order", order), ("groups", groups), ("sizes", sizes), ("y", Wanted(0)), ("indices", Wanted(1)), ("inverse", Wanted(2)), ("counts", Wanted(3)), .. shape, ("count", count)]);

        Operand? Wanted(int output) => output < node.Outputs.Count && node.Outputs[output] is not null ? context.Output(output) : null;
    }

    private static (int Outer, int Length, int Inner) Split(Node node, long[] dims) => node.Attributes.Contains("axis")
        ? Axes.Split(dims, Axes.Normalize(node, node.Attributes.GetInt("axis", 0), dims.Length))
        : (1, checked((int)dims.Aggregate(1L, (a, b) => a * b)), 1);

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        bool isFlat = !context.Attributes.Contains("axis");
        int axis = isFlat ? 0 : Axes.Normalize(context.Node, context.Attributes.GetInt("axis", 0), x.Rank);
        Tensor slices = isFlat ? x.Reshape(x.Count) : x;
        (int outer, int length, int inner) = Axes.Split(slices.Dims, axis);
        Comparer<int> order = Order(slices, outer, length, inner);
        int[] sorted = [.. Enumerable.Range(0, length).OrderBy(i => i, order)];
        List<List<int>> groups = [];
        foreach (int i in sorted)
        {
            if (groups.Count > 0 && order.Compare(groups[^1][0], i) == 0)
            {
                groups[^1].Add(i);
            }
            else
            {
                groups.Add([i]);
            }
        }

        groups = context.Attributes.GetInt("sorted", 1) != 0 ? groups : [.. groups.OrderBy(g => g[0])];
        long[] dims = slices.Dims.ToArray();
        dims[axis] = groups.Count;
        Tensor y = Results.Allocate(context.Node, x.DType, dims);
        long[] inverse = new long[length];
        for (int g = 0; g < groups.Count; g++)
        {
            groups[g].ForEach(i => inverse[i] = g);
            for (int o = 0; o < outer; o++)
            {
                Elements.Copy(slices, ((o * length) + groups[g][0]) * inner, y, ((o * groups.Count) + g) * inner, inner);
            }
        }

        Tensor[] all =
        [
            y, Tensor.Vector<long>([.. groups.Select(g => (long)g[0])]), Tensor.Vector<long>(inverse), Tensor.Vector<long>([.. groups.Select(g => (long)g.Count)]),
        ];
        return all[..Math.Max(1, context.Node.Outputs.Count)];
    }

    /// <summary>Compares slices element by element; OrderBy keeps equal ones in their order.</summary>
    private static Comparer<int> Order(Tensor x, int outer, int length, int inner)
    {
        // Integers of 64 bits do not all fit binary64.
        long[]? integers = DTypes.IsFloat(x.DType) ? null : x.ToInt64Array();
        double[]? numbers = integers is null ? x.ToDoubleArray() : null;
        return Comparer<int>.Create((a, b) =>
        {
            int result = 0;
            for (int i = 0; i < outer * inner && result == 0; i++)
            {
                int base0 = i / inner * length;
                (int at, int other) = (((base0 + a) * inner) + (i % inner), ((base0 + b) * inner) + (i % inner));
                result = integers is not null ? integers[at].CompareTo(integers[other]) : numbers![at].CompareTo(numbers[other]);
            }

            return result;
        });
    }
}
