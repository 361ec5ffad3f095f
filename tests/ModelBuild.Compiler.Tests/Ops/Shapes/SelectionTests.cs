using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Tests.Ops.Vision;

namespace ModelBuild.Compiler.Tests.Ops.Shapes;

/// <summary>Operators that keep some elements.</summary>
public sealed class SelectionTests
{
    [Fact]
    public void A_constant_condition_picks_slices_or_elements()
    {
        Tensor x = OpHarness.Counting(DType.I32, 3, 2);

        Assert.Equal([1, 2, 5, 6], OpHarness.Run("Compress", new AttributeMap { { "axis", 0 } }, [x], [Tensor.Vector(true, false, true)])[0].Span<int>().ToArray());
        Assert.Equal([2, 4, 6], OpHarness.Run("Compress", new AttributeMap { { "axis", -1 } }, [x], [Tensor.Vector(false, true)])[0].Span<int>().ToArray());
        Assert.Equal([1, 4], OpHarness.Run("Compress", [], [x], [Tensor.Vector(true, false, false, true)])[0].Span<int>().ToArray());
        Errors.Expect(Descriptors.ShapeMismatch, () => OpHarness.Run("Compress", new AttributeMap { { "axis", 1 } }, [x], [Tensor.Vector(false, false, true)]));
    }

    [Theory]
    [InlineData(1, new float[] { 1, 2, 3 }, new long[] { 1, 0, 2 }, new long[] { 1, 0, 2, 1, 0 }, new long[] { 2, 2, 1 })]
    [InlineData(0, new float[] { 2, 1, 3 }, new long[] { 0, 1, 2 }, new long[] { 0, 1, 2, 0, 1 }, new long[] { 2, 2, 1 })]
    public void Distinct_elements_are_sorted_or_in_order_of_appearance(int sorted, float[] y, long[] first, long[] inverse, long[] counts)
    {
        Tensor[] results = RegionTests.Evaluate("Unique", new AttributeMap { { "sorted", sorted } }, [Tensor.Vector<float>(2, 1, 3, 2, 1)], 4);

        Assert.Equal(y, results[0].Span<float>().ToArray());
        Assert.Equal(first, results[1].Span<long>().ToArray());
        Assert.Equal(inverse, results[2].Span<long>().ToArray());
        Assert.Equal(counts, results[3].Span<long>().ToArray());
    }

    [Fact]
    public void Distinct_slices_are_compared_as_wholes()
    {
        Tensor y = RegionTests.Evaluate("Unique", new AttributeMap { { "axis", 1 } }, [Tensor.Create<long>([3, 1, 3, 5, long.MaxValue, 5], 2, 3)], 1)[0];
        Assert.Equal([2, 2], y.Dims.ToArray());
        Assert.Equal([1, 3, long.MaxValue, 5], y.Span<long>().ToArray());
    }

    [Fact]
    public void Determinants_agree_with_the_reference()
    {
        Random random = new(1);
        foreach (long[] dims in new[] { new long[] { 1, 1 }, [3, 2, 2], [2, 2, 5, 5] })
        {
            OpHarness.Run("Det", [], [Planning.PlanAgainstReference.Filled(random, dims)]);
        }

        Assert.Equal(-2f, OpHarness.Run("Det", [], [Tensor.Create<float>([0, 1, 2, 3], 2, 2)])[0].Span<float>()[0]);
        Assert.Equal(0f, OpHarness.Run("Det", [], [Tensor.Create<float>([1, 2, 2, 4], 2, 2)])[0].Span<float>()[0]);
        Errors.Expect(Descriptors.ShapeMismatch, () => OpHarness.Run("Det", [], [new Tensor(DType.F32, [2, 3])]));
    }
}
