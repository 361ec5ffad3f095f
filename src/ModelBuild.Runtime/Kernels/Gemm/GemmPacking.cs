using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>
/// Packs the right operand of a product in panels of 16 columns, [ceil(n / 16)][k][16], zero where columns are missing: one layout for all instruction sets.
/// </summary>
public static unsafe class GemmPacking
{
    /// <summary>The columns of one panel.</summary>
    public const int PanelWidth = 16;

    /// <summary>Tells the number of elements of the packed operand.</summary>
    /// <param name="n">The number of columns.</param>
    /// <param name="k">The depth.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int PackedLength(int n, int k) => checked((n + PanelWidth - 1) / PanelWidth * PanelWidth * k);

    /// <summary>Packs a matrix.</summary>
    /// <param name="b">The matrix, [k, n], or [n, k] when <paramref name="transposed"/>.</param>
    /// <param name="packed">Receives the panels; at least <see cref="PackedLength"/> elements.</param>
    /// <param name="n">The number of columns.</param>
    /// <param name="k">The depth.</param>
    /// <param name="transposed">Whether <paramref name="b"/> is [n, k].</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public static void Pack(ReadOnlySpan<float> b, Span<float> packed, int n, int k, bool transposed)
    {
        Throw.IfShorter(b.Length, (long)n * k, nameof(b));
        Throw.IfShorter(packed.Length, PackedLength(n, k), nameof(packed));
        fixed (float* source = b)
        fixed (float* target = packed)
        {
            if (transposed)
            {
                F32PanelPacking.PackTransposed(source, target, n, k, k);
            }
            else
            {
                F32PanelPacking.Pack(source, target, n, k, n);
            }
        }
    }
}
