using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Tests.Planning.Sizes;

namespace ModelBuild.Compiler.Tests.Ops;

public sealed class MaxPoolIndicesTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Positions_of_the_maxima_agree_with_the_reference(int order)
    {
        Random random = new(order);
        foreach (long[] spatial in new[] { new long[] { 9 }, [6, 5], [4, 5, 6] })
        {
            Tensor x = new(DType.F32, [2, 3, .. spatial]);
            foreach (ref float value in x.MutableSpan<float>())
            {
                value = random.Next(20);
            }

            int n = spatial.Length;
            AttributeMap attributes = new()
            {
                { "kernel_shape", [.. Enumerable.Repeat(3L, n)] }, { "strides", [.. Enumerable.Repeat(2L, n)] }, { "pads", [.. Enumerable.Repeat(1L, 2 * n)] }, { "storage_order", order },
            };

            OpHarness.Run("MaxPool", attributes, [x], outputs: 2);
        }
    }

    [Fact]
    public void Indices_count_in_the_whole_operand()
    {
        Tensor[] results = OpHarness.Run("MaxPool", new AttributeMap { { "kernel_shape", [2] }, { "strides", [2] } }, [Tensor.Create<float>([1, 2, 4, 3, 8, 7, 5, 6], 1, 2, 4)], outputs: 2);

        Assert.Equal([2, 4, 8, 6], results[0].Span<float>().ToArray());
        Assert.Equal([1, 2, 4, 7], results[1].Span<long>().ToArray());
    }

    [Fact]
    public void The_inverse_puts_the_maxima_back()
    {
        AttributeMap attributes = new() { { "kernel_shape", [2] }, { "strides", [2] } };
        Tensor x = Tensor.Create<float>([2, 4, 8, 6], 1, 2, 2);
        Tensor indices = Tensor.Create<long>([1, 2, 4, 7], 1, 2, 2);

        Assert.Equal([0, 2, 4, 0, 8, 0, 0, 6], OpHarness.Run("MaxUnpool", attributes, [x, indices])[0].Span<float>().ToArray());
        Assert.Equal([0, 2, 4, 0, 0, 8, 0, 0, 6, 0], OpHarness.Run("MaxUnpool", attributes, [x, indices], [Tensor.Vector<long>(1, 2, 5)])[0].Span<float>().ToArray());
    }

    [Fact]
    public void The_output_shape_may_come_with_the_call()
    {
        AttributeMap attributes = new() { { "kernel_shape", [2L, 2L] }, { "strides", [2L, 2L] } };
        Tensor x = Tensor.Create<float>([2, 4, 8, 6], 1, 1, 2, 2);
        Tensor indices = Tensor.Create<long>([1, 2, 12, 15], 1, 1, 2, 2);
        CountedHarness.CheckNode("MaxUnpool", attributes, 1, [.. (((long A, long B)[])[(4, 4), (5, 4), (4, 9)]).Select(s => (Tensor?[])[x, indices, Tensor.Vector(1L, 1L, s.A, s.B)])]);
        Tensor[] typical = [x, indices, Tensor.Vector(1L, 1L, 4L, 4L)];
        CountedHarness.Refuses("MaxUnpool", attributes, 1, typical, "MaxUnpool: a size is 3, and must be at least 4", x, indices, Tensor.Vector(1L, 1L, 4L, 3L));
        CountedHarness.Refuses("MaxUnpool", attributes, 1, typical, "MaxUnpool: the shape has 1 images of 2 channels", x, indices, Tensor.Vector(1L, 2L, 4L, 4L));
    }

    [Fact]
    public void A_smaller_output_shape_is_an_error() => Errors.Expect(
        Descriptors.ShapeMismatch,
        () => OpHarness.Run("MaxUnpool", new AttributeMap { { "kernel_shape", [2] }, { "strides", [2] } }, [new Tensor(DType.F32, [1, 1, 2]), new Tensor(DType.I64, [1, 1, 2])], [Tensor.Vector<long>(1, 1, 3)]));
}
