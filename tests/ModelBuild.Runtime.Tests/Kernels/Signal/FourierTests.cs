using System.Numerics;
using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Memory;

namespace ModelBuild.Runtime.Tests.Kernels.Signal;

public sealed class FourierTests
{
    // Sums in double precision of at most 200 values below 3; the result is rounded once.
    private const double Tolerance = 1e-10;

    public static TheoryData<int> Lengths => [.. Enumerable.Range(1, 40), 48, 60, 97, 128, 200];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void EveryLengthEqualsTheDefinition(int length)
    {
        const int Inner = 3;
        using var x = new GuardedMemory<float>(Samples.Uniform(2 * length * Inner * 2, length));
        using var y = new GuardedMemory<float>(x.Span.Length);
        using var scratch = new GuardedMemory<double>(Fourier.ScratchLength(length));
        double[] twiddles = FourierTables.Twiddles(length);
        foreach (bool inverse in new[] { false, true })
        {
            Fourier.DftF32(x.Span, twiddles, y.Span, scratch.Span, 2, Inner, length, length, 2, length, 2, inverse, mirrored: false);
            for (int i = 0; i < y.Span.Length / 2; i++)
            {
                int first = (i / (length * Inner) * length * Inner) + (i % Inner);
                int k = i / Inner % length;
                Complex sum = default;
                for (int n = 0; n < length; n++)
                {
                    int at = 2 * (first + (n * Inner));
                    sum += new Complex(x.Span[at], x.Span[at + 1]) * Complex.FromPolarCoordinates(1, (inverse ? 2 : -2) * Math.PI * ((long)k * n % length) / length);
                }

                sum = inverse ? sum / length : sum;
                Close.AssertEqual(sum.Real, y.Span[2 * i], Tolerance, Close.Ulp, $"{length} {inverse} real {k}");
                Close.AssertEqual(sum.Imaginary, y.Span[(2 * i) + 1], Tolerance, Close.Ulp, $"{length} {inverse} imaginary {k}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void HalfASpectrumHoldsRealNumbers(int length)
    {
        int half = (length / 2) + 1;
        float[] x = Samples.Uniform(length, length);
        float[] spectrum = new float[2 * half];
        float[] back = new float[length];
        double[] scratch = new double[Fourier.ScratchLength(length)];
        double[] twiddles = FourierTables.Twiddles(length);

        Fourier.DftF32(x, twiddles, spectrum, scratch, 1, 1, length, length, 1, half, 2, inverse: false, mirrored: false);
        Fourier.DftF32(spectrum, twiddles, back, scratch, 1, 1, length, half, 2, length, 1, inverse: true, mirrored: true);

        for (int i = 0; i < length; i++)
        {
            Close.AssertEqual(x[i], back[i], 3 * Close.Ulp * Math.Sqrt(length), 0, $"[{i}]");
        }
    }

    [Fact]
    public void WindowsMoveOverTheSignal()
    {
        float[] y = new float[2 * 2 * 2];
        Fourier.StftF32([1f, 2f, 3f, 4f], [1f, 10f], FourierTables.Twiddles(2), y, new double[8], 1, 4, 1, 2, 2, 2, 2);
        Assert.Equal([21f, 0f, -19f, 0f, 43f, 0f, -37f, 0f], y);
        Assert.Throws<ArgumentException>(() => Fourier.StftF32([1f, 2f, 3f], [1f, 10f], FourierTables.Twiddles(2), y, new double[8], 1, 3, 1, 2, 2, 2, 2));
    }

    [Fact]
    public void GramsAreFoundWithTokensLeftOut()
    {
        float[] y = new float[6];
        NGrams.Weigh<int>([7, 8, 7, 9, 9, 9], [7, 7, 7, 7, 8], [0, 1, 2], [1f, 1f, 0.5f], y, 2, 3, 3, [1, 2], 1, once: false);
        Assert.Equal([2f, 1f, 0.5f, 0f, 0f, 0f], y);
    }
}
