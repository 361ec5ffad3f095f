using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>
/// Products with weights of 4 or 8 bits that are quantised in blocks (MatMulNBits of com.microsoft). A few rows are copied into scratch memory, in the order in which packed weights unpack, with their sums per
/// block; then every column's packed weights are read once for these rows: y = sum over blocks of scale * dot(levels, row) - offset * sum(row).
/// </summary>
public static unsafe class MatMulNBits
{
    // A column's weights stay in the first-level cache while the rows of a tile pass.
    private const int TileRows = 8;

    /// <summary>Tells the number of scratch elements of a product.</summary>
    /// <param name="m">The number of rows.</param>
    /// <param name="k">The depth.</param>
    /// <param name="blockLength">The elements of a block.</param>
    public static int ScratchLength(int m, int k, int blockLength)
    {
        int blocks = (k + blockLength - 1) / blockLength;
        return checked(Math.Min(m, TileRows) * blocks * (blockLength + 1));
    }

    /// <summary>Computes y = a * w + bias.</summary>
    /// <param name="a">The left operand [m, k].</param>
    /// <param name="weights">The columns [n, blocks, blockLength * bits / 8]; the first of two 4-bit elements lies in the low half of a byte.</param>
    /// <param name="scales">The scales [n, blocks].</param>
    /// <param name="offsets">Scale times zero point of every block, [n, blocks], or empty where every zero point is the middle of the range.</param>
    /// <param name="bias">[n], or empty.</param>
    /// <param name="y">The result [m, n].</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/> elements.</param>
    /// <param name="m">The number of rows.</param>
    /// <param name="n">The number of columns.</param>
    /// <param name="k">The depth, at least 1.</param>
    /// <param name="blockLength">The elements of a block, a power of 2 of at least 16.</param>
    /// <param name="bits">4 or 8.</param>
    /// <exception cref="ArgumentException">A span is shorter than the sizes say, or a size is below its least value.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void F32(
        ReadOnlySpan<float> a,
        ReadOnlySpan<byte> weights,
        ReadOnlySpan<float> scales,
        ReadOnlySpan<float> offsets,
        ReadOnlySpan<float> bias,
        Span<float> y,
        Span<float> scratch,
        int m,
        int n,
        int k,
        int blockLength,
        int bits)
    {
        Throw.IfBelow(k, 1, nameof(k));
        Throw.IfBelow(blockLength, 16, nameof(blockLength));
        Throw.IfBelow(bits, 4, nameof(bits));
        int blocks = (k + blockLength - 1) / blockLength;
        int blockBytes = blockLength * bits / 8;
        Throw.IfShorter(a.Length, (long)m * k, nameof(a));
        Throw.IfShorter(weights.Length, (long)n * blocks * blockBytes, nameof(weights));
        Throw.IfShorter(scales.Length, (long)n * blocks, nameof(scales));
        Throw.IfPresentAndShorter(offsets.Length, (long)n * blocks, nameof(offsets));
        Throw.IfPresentAndShorter(bias.Length, n, nameof(bias));
        Throw.IfShorter(y.Length, (long)m * n, nameof(y));
        Throw.IfShorter(scratch.Length, ScratchLength(m, k, blockLength), nameof(scratch));
        int rowLength = blocks * blockLength;
        fixed (float* pa = a, ps = scales, po = offsets, py = y, rows = scratch)
        fixed (byte* pw = weights)
        {
            for (int first = 0; first < m; first += TileRows)
            {
                int count = Math.Min(TileRows, m - first);
                float* sums = rows + ((nint)count * rowLength);
                for (int r = 0; r < count; r++)
                {
                    Prepare(pa + ((nint)(first + r) * k), rows + ((nint)r * rowLength), sums + ((nint)r * blocks), k, blockLength, blocks, bits);
                }

                for (nint column = 0; column < n; column++)
                {
                    float start = bias.IsEmpty ? 0 : bias[(int)column];
                    float* scale = ps + (column * blocks);
                    float* offset = po == null ? null : po + (column * blocks);
                    byte* packed = pw + (column * blocks * blockBytes);
                    for (int r = 0; r < count; r++)
                    {
                        float* row = rows + ((nint)r * rowLength);
                        float dot = bits == 4 ? NBitsDot.Dot4(packed, row, scale, blocks, blockLength) : NBitsDot.Dot8(packed, row, scale, blocks, blockLength);
                        py[((nint)(first + r) * n) + column] = start + dot - Correction(sums + ((nint)r * blocks), scale, offset, blocks, 1 << (bits - 1));
                    }
                }
            }
        }
    }

    /// <summary>Copies a row, filled up with zeros, and sums its blocks. For 4-bit weights the elements that meet low halves of a block come first, then those that meet high halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Prepare(float* a, float* row, float* sums, int k, int blockLength, int blocks, int bits)
    {
        int half = blockLength / 2;
        for (int b = 0; b < blocks; b++)
        {
            float* source = a + ((nint)b * blockLength);
            float* target = row + ((nint)b * blockLength);
            int count = Math.Min(blockLength, k - (b * blockLength));
            float sum = 0;
            for (int i = 0; i < blockLength; i++)
            {
                float value = i < count ? source[i] : 0;
                target[bits == 4 ? (i / 2) + ((i & 1) * half) : i] = value;
                sum += value;
            }

            sums[b] = sum;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Correction(float* sums, float* scale, float* offset, int blocks, int zero)
    {
        float sum = 0;
        if (offset == null)
        {
            for (int b = 0; b < blocks; b++)
            {
                sum += sums[b] * scale[b];
            }

            return sum * zero;
        }

        for (int b = 0; b < blocks; b++)
        {
            sum += sums[b] * offset[b];
        }

        return sum;
    }
}
