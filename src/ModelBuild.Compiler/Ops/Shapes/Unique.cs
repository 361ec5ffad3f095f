using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>
/// ONNX Unique-11: the distinct elements, or slices along an axis, sorted or in order of first appearance; where each first appears, which one each element is, and how often each
/// appears. The sizes depend on values, so that it is computed at build time only.
/// </summary>
public sealed class Unique : CheckedOp
{
    /// <inheritdoc/>
    public override string OpType => "Unique";

    /// <inheritdoc/>
    public override string? Limits => "The number of results must be known: what it depends on is constant.";

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
        for (int i = 1; i < 4; i++)
        {
            context.SetOutput(i, DType.I64, new Shape(Dim.Unknown));
        }
    }

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
