using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Tests.Ops.Vision;
using ModelBuild.Compiler.Tests.Planning;

namespace ModelBuild.Compiler.Tests.Ops.Signal;

public sealed class SignalTests
{
    public static TheoryData<int> Lengths => [1, 2, 3, 4, 5, 8, 12, 17, 30, 49, 64, 101];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Transforms_of_any_length_agree_with_the_reference_and_are_undone(int length)
    {
        Tensor x = PlanAgainstReference.Filled(new Random(length), 2, length, 3, 2);
        Tensor axis = Tensor.Scalar(1L);

        Tensor y = OpHarness.Run("DFT", [], [x], [null, axis])[0];
        OpHarness.AssertEqual([x], OpHarness.Run("DFT", new AttributeMap { { "inverse", 1 } }, [y], [null, axis]));

        Tensor real = PlanAgainstReference.Filled(new Random(length), 2, length, 1);
        Tensor half = OpHarness.Run("DFT", new AttributeMap { { "onesided", 1 } }, [real])[0];
        Assert.Equal([2, (length / 2) + 1, 2], half.Dims.ToArray());
        OpHarness.AssertEqual([real], OpHarness.Run("DFT", new AttributeMap { { "onesided", 1 }, { "inverse", 1 } }, [half], [Tensor.Scalar((long)length)]));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(9)]
    public void A_length_cuts_or_fills_up_the_signal(int length)
    {
        Tensor x = PlanAgainstReference.Filled(new Random(1), 2, 5, 1);
        Tensor y = OpHarness.Run("DFT", [], [x], [Tensor.Scalar((long)length)])[0];

        Assert.Equal([2, length, 2], y.Dims.ToArray());
        float sum = x.Span<float>()[..Math.Min(5, length)].ToArray().Sum();
        Assert.Equal(sum, y.Span<float>()[0], 1e-5);
    }

    [Fact]
    public void An_impulse_has_a_flat_spectrum() =>
        Assert.Equal([1, 0, 1, 0, 1, 0, 1, 0], OpHarness.Run("DFT", [], [Tensor.Create<float>([1, 0, 0, 0], 1, 4, 1)])[0].Span<float>().ToArray());

    [Fact]
    public void Transforms_that_have_no_meaning_are_errors()
    {
        Tensor complex = new(DType.F32, [1, 4, 2]);
        Errors.Expect(Descriptors.UnsupportedAttribute, () => OpHarness.Run("DFT", new AttributeMap { { "onesided", 1 } }, [complex]));
        Errors.Expect(Descriptors.InvalidNode, () => OpHarness.Run("DFT", [], [complex], [null, Tensor.Scalar(-1L)]));
        Errors.Expect(Descriptors.ShapeMismatch, () => OpHarness.Run("DFT", [], [new Tensor(DType.F32, [4, 3])]));
        Errors.Expect(Descriptors.ShapeMismatch, () => OpHarness.Run("DFT", [], [complex], [Tensor.Scalar(0L)]));
        Errors.Expect(Descriptors.UnsupportedAttribute, () => OpHarness.Run("STFT", [], [complex], [Tensor.Scalar(1L), null, Tensor.Scalar(2L)]));
        Errors.Expect(Descriptors.ShapeMismatch, () => OpHarness.Run("STFT", [], [new Tensor(DType.F32, [1, 4, 1])], [Tensor.Scalar(1L), new Tensor(DType.F32, [3]), Tensor.Scalar(2L)]));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(0, 1)]
    [InlineData(0, 2)]
    public void Windowed_transforms_agree_with_the_reference(int oneSided, int parts)
    {
        Random random = new(3);
        Tensor x = PlanAgainstReference.Filled(random, 2, 37, parts);
        AttributeMap attributes = new() { { "onesided", oneSided } };
        OpHarness.Run("STFT", attributes, [x], [Tensor.Scalar(5L), PlanAgainstReference.Filled(random, 12)]);
        OpHarness.Run("STFT", attributes, [x], [Tensor.Scalar(3), null, Tensor.Scalar(16)]);
    }

    [Theory]
    [InlineData("HannWindow", new float[] { 0, 0.5f, 1, 0.5f })]
    [InlineData("HammingWindow", new[] { 0.0869565f, 0.5434783f, 1, 0.5434783f })]
    [InlineData("BlackmanWindow", new float[] { 0, 0.34f, 1, 0.34f })]
    public void Windows_are_sums_of_cosines(string op, float[] periodic)
    {
        float[] window = RegionTests.Evaluate(op, [], [Tensor.Scalar(4L)], 1)[0].Span<float>().ToArray();
        float[] symmetric = RegionTests.Evaluate(op, new AttributeMap { { "periodic", 0 } }, [Tensor.Scalar(5L)], 1)[0].Span<float>().ToArray();

        Assert.All(periodic.Zip(window), p => Assert.Equal(p.First, p.Second, 1e-6));
        Assert.All(window.Append(window[0]).Zip(symmetric), p => Assert.Equal(p.First, p.Second, 1e-6));
    }

    [Fact]
    public void Bands_of_a_spectrum_are_triangles_whose_peaks_are_one()
    {
        Tensor?[] inputs = [Tensor.Scalar(4L), Tensor.Scalar(64L), Tensor.Scalar(8000L), Tensor.Scalar(0f), Tensor.Scalar(4000f)];
        Tensor y = RegionTests.Evaluate("MelWeightMatrix", [], inputs, 1)[0];

        Assert.Equal([33, 4], y.Dims.ToArray());
        for (int band = 0; band < 4; band++)
        {
            float[] column = [.. Enumerable.Range(0, 33).Select(bin => y.Span<float>()[(bin * 4) + band])];
            int peak = Array.IndexOf(column, 1f);
            Assert.Equal(1f, column.Max());
            Assert.Equal(column[..(peak + 1)].Order(), column[..(peak + 1)]);
            Assert.Equal(column[peak..].OrderDescending(), column[peak..]);
        }

        inputs[4] = Tensor.Scalar(9000f);
        Errors.Expect(Descriptors.InvalidNode, () => RegionTests.Evaluate("MelWeightMatrix", [], inputs, 1));
    }
}
