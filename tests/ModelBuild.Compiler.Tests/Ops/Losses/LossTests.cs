using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Tests.Planning;

namespace ModelBuild.Compiler.Tests.Ops.Losses;

public sealed class LossTests
{
    [Theory]
    [InlineData("none", new[] { 6f, 15f }, new[] { 6f, 0f })]
    [InlineData("sum", new[] { 21f }, new[] { 6f })]
    [InlineData("mean", new[] { 3.5f }, new[] { 2f })]
    public void Losses_are_weighted_by_class(string reduction, float[] expected, float[] withoutSecond)
    {
        Tensor x = Tensor.Create<float>([-1, -2, -3, -4, -5, -6], 2, 3);

        Tensor y = OpHarness.Run("NegativeLogLikelihoodLoss", new AttributeMap { { "reduction", reduction } }, [x, Tensor.Vector<long>(1, 1)], [Tensor.Vector<float>(7, 3, 7)])[0];
        Assert.Equal(expected, y.Span<float>().ToArray());

        // The second target does not count at all where it is the ignored one.
        y = OpHarness.Run("NegativeLogLikelihoodLoss", new AttributeMap { { "reduction", reduction }, { "ignore_index", 5 } }, [x, Tensor.Vector<int>(1, 5)], [Tensor.Vector<float>(7, 3, 7)])[0];
        Assert.Equal(withoutSecond, y.Span<float>().ToArray());
    }

    [Theory]
    [InlineData("none")]
    [InlineData("sum")]
    [InlineData("mean")]
    public void Cross_entropy_agrees_with_the_reference(string reduction)
    {
        Random random = new(1);
        foreach (long[] positions in new[] { Array.Empty<long>(), [4], [2, 3] })
        {
            Tensor x = PlanAgainstReference.Filled(random, [3, 5, .. positions]);
            Tensor labels = new(DType.I64, [3, .. positions]);
            foreach (ref long label in labels.MutableSpan<long>())
            {
                label = random.Next(5);
            }

            AttributeMap attributes = new() { { "reduction", reduction }, { "ignore_index", 2 } };
            OpHarness.Run("SoftmaxCrossEntropyLoss", attributes, [x, labels], outputs: 2);
            OpHarness.Run("SoftmaxCrossEntropyLoss", attributes, [x, labels, PlanAgainstReference.Filled(random, 5)]);
        }
    }

    [Fact]
    public void Targets_that_are_no_class_and_unknown_reductions_are_errors()
    {
        Tensor x = new(DType.F32, [1, 3]);
        Errors.Expect(Descriptors.InvalidNode, () => OpHarness.Run("NegativeLogLikelihoodLoss", [], [x, Tensor.Vector<long>(3)]));
        Errors.Expect(Descriptors.UnsupportedAttribute, () => OpHarness.Run("NegativeLogLikelihoodLoss", new AttributeMap { { "reduction", "max" } }, [x, Tensor.Vector<long>(0)]));
        Errors.Expect(Descriptors.ShapeMismatch, () => OpHarness.Run("SoftmaxCrossEntropyLoss", [], [x, Tensor.Vector<long>(0, 1)]));
    }
}
