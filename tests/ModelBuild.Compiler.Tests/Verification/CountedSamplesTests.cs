using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Verification;

namespace ModelBuild.Compiler.Tests.Verification;

public sealed class CountedSamplesTests
{
    private const string Refusal = "Below zero.";

    [Fact]
    public void DrawnSamplesThatTheDeployedModelRefusesSayNothing()
    {
        IReadOnlyList<IReadOnlyList<Tensor>> samples = [Sample(-1), Sample(2), Sample(-3), Sample(4)];
        List<IReadOnlyList<Tensor>> expected = [.. samples];
        IReadOnlyList<Tensor>[] accepted = [samples[1], samples[3]];

        List<Tensor[]> actual = CountedSamples.Accepted(Positive, ref samples, ref expected, drawn: true);

        Assert.Equal(accepted, samples);
        Assert.Equal(accepted, expected);
        Assert.Equal([2f, 4f], actual.Select(a => a[0].Span<float>()[0]));
    }

    [Fact]
    public void ADeployedModelThatRefusesAllDrawnSamplesIsNotVerified()
    {
        string message = Refused([Sample(-1), Sample(-2)], drawn: true);
        Assert.Contains("none of 2 drawn samples", message, StringComparison.Ordinal);
        Assert.Contains("VerifyData", message, StringComparison.Ordinal);
        Assert.Contains(Refusal, message, StringComparison.Ordinal);
    }

    [Fact]
    public void ADeployedModelThatRefusesAGivenSampleDiffers()
    {
        string message = Refused([Sample(1), Sample(-2)], drawn: false);
        Assert.Contains("refuses sample 1", message, StringComparison.Ordinal);
        Assert.Contains(Refusal, message, StringComparison.Ordinal);
    }

    private static string Refused(IReadOnlyList<IReadOnlyList<Tensor>> samples, bool drawn)
    {
        List<IReadOnlyList<Tensor>> expected = [.. samples];
        return Errors.Expect(Descriptors.OutputsDiffer, () => CountedSamples.Accepted(Positive, ref samples, ref expected, drawn));
    }

    private static IReadOnlyList<Tensor> Sample(float value) => [Tensor.Scalar(value)];

    /// <summary>Gives back its input, and refuses one below zero.</summary>
    private static Tensor[] Positive(IReadOnlyList<Tensor> inputs) => inputs[0].Span<float>()[0] < 0 ? throw new ArgumentException(Refusal, nameof(inputs)) : [.. inputs];
}
