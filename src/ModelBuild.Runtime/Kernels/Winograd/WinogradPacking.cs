using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>
/// Packs the weights of a 3x3 convolution as their values at the 36 points: for every block of 32 output channels and every point the panels of a product,
/// [ceil(outC / 32)][36][panels of the block][inC][16], zero where channels are missing.
/// </summary>
public static class WinogradPacking
{
    private const int Width = GemmPacking.PanelWidth;
    private const int KernelSize = 3;

    /// <summary>The output channels that are computed together.</summary>
    internal const int BlockChannels = 2 * Width;

    /// <summary>Tells the number of elements of the packed weights.</summary>
    /// <param name="outC">The output channels.</param>
    /// <param name="inC">The input channels.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int PackedLength(int outC, int inC) => checked(WinogradPoints.Products * GemmPacking.PackedLength(outC, inC));

    /// <summary>Packs weights.</summary>
    /// <param name="w">The weights as ONNX stores them, [outC, inC, 3, 3].</param>
    /// <param name="packed">Receives the panels; at least <see cref="PackedLength"/> elements.</param>
    /// <param name="outC">The output channels.</param>
    /// <param name="inC">The input channels.</param>
    /// <exception cref="ArgumentException">A span is too short, or a size is below 1.</exception>
    public static void Pack(ReadOnlySpan<float> w, Span<float> packed, int outC, int inC)
    {
        Throw.IfBelow(outC, 1, nameof(outC));
        Throw.IfBelow(inC, 1, nameof(inC));
        Throw.IfShorter(w.Length, (long)outC * inC * KernelSize * KernelSize, nameof(w));
        Throw.IfShorter(packed.Length, PackedLength(outC, inC), nameof(packed));
        packed[..PackedLength(outC, inC)].Clear();
        Span<double> rows = stackalloc double[WinogradPoints.Points * KernelSize];
        Span<double> values = stackalloc double[WinogradPoints.Points];
        for (int output = 0; output < outC; output++)
        {
            int block = output / BlockChannels * BlockChannels;
            int panels = Math.Min(BlockChannels, outC - block + Width - 1) / Width;
            int panel = (output - block) / Width;
            for (int input = 0; input < inC; input++)
            {
                ReadOnlySpan<float> kernel = w.Slice(((output * inC) + input) * KernelSize * KernelSize, KernelSize * KernelSize);
                for (int x = 0; x < KernelSize; x++)
                {
                    Evaluate(kernel[x], kernel[KernelSize + x], kernel[(2 * KernelSize) + x], rows[x..], KernelSize);
                }

                for (int y = 0; y < WinogradPoints.Points; y++)
                {
                    ReadOnlySpan<double> row = rows[(y * KernelSize)..];
                    Evaluate(row[0], row[1], row[2], values, 1);
                    for (int x = 0; x < WinogradPoints.Points; x++)
                    {
                        int point = (y * WinogradPoints.Points) + x;
                        int target = (block * WinogradPoints.Products * inC) + (((((point * panels) + panel) * inC) + input) * Width) + (output % Width);
                        packed[target] = (float)values[x];
                    }
                }
            }
        }
    }

    /// <summary>
    /// Evaluates g0 + g1 x + g2 x^2 at the points, each divided by the product of its distances from the others. The value at infinity is divided by a^3, by
    /// which the last result of a tile is scaled.
    /// </summary>
    private static void Evaluate(double g0, double g1, double g2, Span<double> values, int stride)
    {
        const double A = WinogradPoints.Inner;
        const double B = WinogradPoints.Outer;
        const double AtInner = 2 * A * A * ((A * A) - (B * B));
        const double AtOuter = 2 * B * B * ((B * B) - (A * A));
        double even = g0 + (g2 * A * A);
        double odd = g1 * A;
        values[0] = g0 / (A * A * B * B);
        values[stride] = (even + odd) / AtInner;
        values[2 * stride] = (even - odd) / AtInner;
        even = g0 + (g2 * B * B);
        odd = g1 * B;
        values[3 * stride] = (even + odd) / AtOuter;
        values[4 * stride] = (even - odd) / AtOuter;
        values[5 * stride] = g2 / (A * A * A);
    }
}
