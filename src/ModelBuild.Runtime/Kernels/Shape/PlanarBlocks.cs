using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Blocks of positions of planes as the channels of pixels: SpaceToDepth of [N,C,H,W] to [N,H,W,C] at once, as the first layers of some detectors have it.</summary>
public static unsafe class PlanarBlocks
{
    /// <summary>The most channels of a result.</summary>
    public const int MaxChannels = 512;

    /// <summary>The elements of a part of a row whose blocks are taken apart before they are interleaved.</summary>
    private const int PartLength = 8192;

    /// <summary>
    /// y[n, h, w, (i * block + j) * planes + c] = x[n, c, h * block + i, w * block + j], or with <paramref name="columnsFirst"/> in place (j * block + i) * planes + c.
    /// </summary>
    /// <param name="x">The operand [batch, planes, outH * block, outW * block].</param>
    /// <param name="y">The result [batch, outH, outW, planes * block^2]; must not overlap <paramref name="x"/>.</param>
    /// <param name="batch">The number of images.</param>
    /// <param name="planes">The channels of the operand.</param>
    /// <param name="outH">The rows of the result.</param>
    /// <param name="outW">The columns of the result.</param>
    /// <param name="block">The length of a block.</param>
    /// <param name="columnsFirst">Whether the column within a block counts more than the row.</param>
    public static void F32(ReadOnlySpan<float> x, Span<float> y, int batch, int planes, int outH, int outW, int block, bool columnsFirst)
    {
        long channels = (long)planes * block * block;
        if (channels is < 1 or > MaxChannels)
        {
            Throw.OutOfRange(nameof(planes), channels, $"There may be at most {MaxChannels} channels of the result.");
        }

        Throw.IfShorter(x.Length, batch * channels * outH * outW, nameof(x));
        Throw.IfShorter(y.Length, batch * channels * outH * outW, nameof(y));
        fixed (float* px = x)
        fixed (float* py = y)
        {
            var rows = new Rows(px, py, planes, outH, outW, block, columnsFirst);
            long work = 2L * sizeof(float) * batch * channels * outH * outW;
            if (ThreadTeam.For(work) is { } team)
            {
                SharedRange.Run(team, rows, (nint)batch * outH, 1, work);
            }
            else
            {
                rows.Run(0, (nint)batch * outH);
            }
        }
    }

    /// <summary>y[j * yStride + i] = x[i * block + j].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TakeApart(float* x, float* y, nint yStride, int columns, int block)
    {
        if (block == 2)
        {
            EvenOdd.TakeApart(x, y, y + yStride, columns);
            return;
        }

        for (int j = 0; j < block; j++)
        {
            float* source = x + j;
            float* target = y + (j * yStride);
            for (nint i = 0; i < columns; i++)
            {
                target[i] = source[i * block];
            }
        }
    }

    /// <summary>The rows of the results.</summary>
    private readonly struct Rows(float* x, float* y, int planes, int outH, int outW, int block, bool columnsFirst) : ISharedRange
    {
        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(nint first, nint end)
        {
            int channels = planes * block * block;
            int most = (PartLength / channels) & ~15;
            float* parts = stackalloc float[PartLength];
            nint width = (nint)outW * block;
            for (nint row = first; row < end; row++)
            {
                float* image = x + (row / outH * planes * outH * block * width);
                float* top = image + (row % outH * block * width);
                for (int column = 0; column < outW; column += most)
                {
                    int columns = Math.Min(most, outW - column);
                    for (int c = 0; c < planes; c++)
                    {
                        for (int i = 0; i < block; i++)
                        {
                            float* source = top + ((((nint)c * outH * block) + i) * width) + ((nint)column * block);
                            nint place = columnsFirst ? (i * planes) + c : (i * block * planes) + c;
                            nint step = columnsFirst ? block * planes : planes;
                            TakeApart(source, parts + (place * most), step * most, columns, block);
                        }
                    }

                    MatrixTranspose.Run(parts, most, y + (((row * outW) + column) * channels), channels, channels, columns);
                }
            }
        }
    }
}
