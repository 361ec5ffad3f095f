using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Ops.Reductions;

public sealed class ArgReduceTests
{
    private static readonly Tensor s_x = Tensor.Create<float>([1, 7, 7, 0, 0, 5], 2, 3);

    [Theory]
    [InlineData("ArgMax", 1, 0, new long[] { 1, 2 })]
    [InlineData("ArgMax", -1, 1, new long[] { 2, 2 })]
    [InlineData("ArgMin", -1, 0, new long[] { 0, 0 })]
    [InlineData("ArgMin", 1, 1, new long[] { 0, 1 })]
    [InlineData("ArgMax", 0, 0, new long[] { 0, 0, 0 })]
    [InlineData("ArgMin", -2, 0, new long[] { 1, 1, 1 })]
    public void IndicesFollowAxisAndTie(string op, long axis, long last, long[] expected)
    {
        foreach (long keep in new[] { 0L, 1L })
        {
            Tensor y = OpHarness.Run(op, new AttributeMap { { "axis", axis }, { "select_last_index", last }, { "keepdims", keep } }, [s_x])[0];
            Assert.Equal(expected, y.Span<long>().ToArray());
            Assert.Equal(keep == 0 ? 1 : 2, y.Rank);
        }
    }

    [Theory]
    [InlineData(DType.F64)]
    [InlineData(DType.F16)]
    [InlineData(DType.I8)]
    [InlineData(DType.U8)]
    [InlineData(DType.I32)]
    [InlineData(DType.U64)]
    public void EveryElementTypeIsCompared(DType type) =>
        Assert.Equal([3L], OpHarness.Run("ArgMax", new AttributeMap { { "keepdims", 0 }, { "axis", 1 } }, [OpHarness.Counting(type, 1, 4)])[0].Span<long>().ToArray());

    [Fact]
    public void EmptyAxisIsRefusedAndEmptyRestIsEmpty()
    {
        Errors.Expect(Descriptors.ShapeMismatch, () => OpHarness.Run("ArgMax", [], [new Tensor(DType.F32, [0, 3])]));
        Assert.Equal([1L, 0L], OpHarness.Run("ArgMax", [], [new Tensor(DType.F32, [3, 0])])[0].Dims.ToArray());
    }
}
