using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Ops.Reductions;

public sealed class ReduceTests
{
    private static readonly Dictionary<string, Func<double[], double>> s_definitions = new()
    {
        ["ReduceSum"] = v => v.Sum(),
        ["ReduceMean"] = v => v.Sum() / v.Length,
        ["ReduceMax"] = v => v.DefaultIfEmpty(double.NegativeInfinity).Max(),
        ["ReduceMin"] = v => v.DefaultIfEmpty(double.PositiveInfinity).Min(),
        ["ReduceProd"] = v => v.Aggregate(1.0, (a, b) => a * b),
        ["ReduceL1"] = v => v.Sum(Math.Abs),
        ["ReduceL2"] = v => Math.Sqrt(v.Sum(x => x * x)),
        ["ReduceLogSum"] = v => Math.Log(v.Sum()),
        ["ReduceLogSumExp"] = v => Math.Log(v.Sum(Math.Exp)),
        ["ReduceSumSquare"] = v => v.Sum(x => x * x),
    };

    public static TheoryData<string> Names => [.. s_definitions.Keys];

    public static TheoryData<string, DType> NumericKernels()
    {
        TheoryData<string, DType> data = [];
        foreach (string op in new[] { "ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceSumSquare" })
        {
            foreach (DType type in new[] { DType.F32, DType.F64, DType.F16, DType.I8, DType.U8, DType.I16, DType.U16, DType.I32, DType.U32, DType.I64, DType.U64 })
            {
                data.Add(op, type);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryChoiceOfAxesFollowsTheDefinition(string op)
    {
        long[][] choices = [[0], [1], [2], [-1], [-3], [0, 1], [1, 2], [0, 2], [-1, 0], [2, 1, 0], []];
        Tensor x = OpHarness.Counting(DType.F32, 2, 3, 4);
        foreach (long[] axes in choices)
        {
            foreach (long keep in new[] { 0L, 1L })
            {
                Tensor y = OpHarness.Run(op, new AttributeMap { { "keepdims", keep } }, [x], [Tensor.Vector<long>(axes)])[0];
                int[] reduced = axes.Length == 0 ? [0, 1, 2] : [.. axes.Select(a => (int)(a < 0 ? a + 3 : a))];
                Check(op, x, y, reduced, keep != 0);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void NoAxesReduceAllUnlessToldOtherwise(string op)
    {
        Tensor x = OpHarness.Counting(DType.F32, 2, 3);
        Check(op, x, OpHarness.Run(op, [], [x])[0], [0, 1], keep: true);
        Tensor same = OpHarness.Run(op, new AttributeMap { { "noop_with_empty_axes", 1 } }, [x])[0];
        Tensor none = OpHarness.Run(op, new AttributeMap { { "noop_with_empty_axes", 1 } }, [x], [Tensor.Vector<long>()])[0];
        Assert.Equal(same.Bytes.ToArray(), none.Bytes.ToArray());
        Check(op, x, same, [], keep: true);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void EmptyAxesGiveTheNeutralElement(string op)
    {
        Tensor x = new(DType.F32, [2, 0, 3]);
        Check(op, x, OpHarness.Run(op, [], [x], [Tensor.Vector<long>(1)])[0], [1], keep: true);
        Tensor kept = OpHarness.Run(op, new AttributeMap { { "keepdims", 0 } }, [x], [Tensor.Vector<long>(2)])[0];
        Assert.Equal([2L, 0L], kept.Dims.ToArray());
        Tensor scalar = OpHarness.Run(op, [], [Tensor.Scalar(3f)])[0];
        Check(op, Tensor.Scalar(3f), scalar, [], keep: true);
    }

    [Theory]
    [MemberData(nameof(NumericKernels))]
    public void EveryElementTypeIsReduced(string op, DType type)
    {
        Tensor x = OpHarness.Counting(type, 2, 3);
        Tensor y = OpHarness.Run(op, [], [x], [Tensor.Vector<long>(0)])[0];
        Assert.Equal(type, y.DType);
        double[] columns = [.. Enumerable.Range(0, 3).Select(c => s_definitions[op]([c + 1, c + 4]))];
        Assert.Equal(DTypes.IsFloat(type) ? columns : columns.Select(Math.Truncate), y.ToDoubleArray());
    }

    [Fact]
    public void AxesThatDoNotFitAreRefused()
    {
        Tensor x = OpHarness.Counting(DType.F32, 2, 3);
        Errors.Expect(Descriptors.InvalidNode, () => OpHarness.Run("ReduceSum", [], [x], [Tensor.Vector<long>(2)]));
        Errors.Expect(Descriptors.InvalidNode, () => OpHarness.Run("ReduceSum", [], [x], [Tensor.Vector<long>(1, -1)]));
    }

    private static void Check(string op, Tensor x, Tensor y, int[] reduced, bool keep)
    {
        long[] dims = x.Dims.ToArray();
        Assert.Equal([.. dims.Select((d, i) => reduced.Contains(i) ? 1 : d).Where((_, i) => keep || !reduced.Contains(i))], y.Dims.ToArray());
        double[] values = x.ToDoubleArray();
        SortedDictionary<int, List<double>> groups = [];
        for (int r = 0; r < y.Count; r++)
        {
            groups[r] = [];
        }

        for (int i = 0; i < values.Length; i++)
        {
            int rest = i;
            int target = 0;
            int step = 1;
            for (int d = dims.Length - 1; d >= 0; d--)
            {
                int at = rest % (int)dims[d];
                rest /= (int)dims[d];
                if (!reduced.Contains(d))
                {
                    target += at * step;
                    step *= (int)dims[d];
                }
            }

            groups[target].Add(values[i]);
        }

        Tensor expected = Tensor.Create<float>([.. groups.Values.Select(g => (float)s_definitions[op]([.. g]))], y.Dims);
        Assert.Null(OpHarness.Difference(expected, y));
    }
}
