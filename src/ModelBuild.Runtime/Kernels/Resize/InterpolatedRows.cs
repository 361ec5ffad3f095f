using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>
/// The rows of interpolated images: weighted sums of lines that are interpolated along their columns first. Neighbouring rows combine the same lines, so that some are kept.
/// </summary>
internal unsafe struct InterpolatedRows : ISharedRange
{
    public float* X;
    public float* Y;
    public int* RowIndex;
    public float* RowWeight;
    public int* ColumnIndex;
    public float* ColumnWeight;
    public float* Scratch;
    public int InH;
    public int InW;
    public int Channels;
    public int OutH;
    public int OutW;
    public int Taps;

    /// <summary>The most lines that are kept.</summary>
    private const int MostLines = 16;

    /// <summary>The lines that are kept where a row combines as many as given.</summary>
    internal static int Lines(int taps) => Math.Min(taps, MostLines);

    /// <inheritdoc/>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run(nint first, nint end)
    {
        int lines = Lines(Taps);
        nint length = (nint)OutW * Channels;
        float* kept = ThreadTeam.Memory(Scratch, lines * length);
        nint* held = stackalloc nint[MostLines];
        new Span<nint>(held, lines).Fill(-1);
        float* result = Y + (first * length);
        for (nint position = first; position < end; position++, result += length)
        {
            nint image = position / OutH * InH;
            nint tap = position % OutH * Taps;
            bool isFirst = true;
            for (int k = 0; k < Taps; k++)
            {
                float weight = RowWeight[tap + k];
                if (weight == 0f)
                {
                    continue;
                }

                nint row = image + RowIndex[tap + k];
                nint slot = row % lines;
                float* line = kept + (slot * length);
                if (held[slot] != row)
                {
                    held[slot] = row;
                    InterpolatedColumns.Run(X + (row * InW * Channels), ColumnIndex, ColumnWeight, line, OutW, Channels, Taps);
                }

                ScaledSum.Run(line, weight, result, length, isFirst);
                isFirst = false;
            }

            if (isFirst)
            {
                new Span<float>(result, (int)length).Clear();
            }
        }
    }
}
