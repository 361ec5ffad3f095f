using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>
/// Computes a chain of two kernels by bands of rows of the second, so that the lines between them stay in the second-level cache. Lines that two bands read
/// are kept where the same thread computes both after each other, and else computed twice.
/// </summary>
internal unsafe struct RowBands<TChain>
    where TChain : unmanaged, IBandedChain
{
    /// <summary>Rows of a band at least, where threads share few.</summary>
    private const int LeastRows = 2;

    /// <summary>The kernels.</summary>
    internal TChain Chain;

    /// <summary>The lines of the first result.</summary>
    internal int Lines;

    /// <summary>The elements of each.</summary>
    internal int LineLength;

    /// <summary>The rows of the second result.</summary>
    internal int Rows;

    /// <summary>The rows of a band at most.</summary>
    internal int BandRows;

    /// <summary>The lines that a window reaches over.</summary>
    internal int Reach;

    /// <summary>The lines from a window to the next.</summary>
    internal int Stride;

    /// <summary>The lines of padding above; fewer than <see cref="Reach"/>.</summary>
    internal int PadTop;

    /// <summary>The elements beside the lines.</summary>
    internal int MemoryLength;

    private float* _scratch;
    private Kept* _kept;
    private int _bands;

    /// <summary>The elements of the lines that a band reads at most.</summary>
    private readonly int LinesLength => Math.Min(Lines, ConvGeometry.Reach(BandRows, Reach, Stride, 1)) * LineLength;

    /// <summary>Computes all rows.</summary>
    /// <param name="scratch">The lines of a band and <see cref="MemoryLength"/> elements.</param>
    /// <param name="work">As for <see cref="ThreadTeam.For"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Run(float* scratch, long work)
    {
        _bands = (Rows + BandRows - 1) / BandRows;
        if (ThreadTeam.For(work) is { } team)
        {
            Share(team, scratch, work);
            return;
        }

        Kept kept = default;
        for (int row = 0; row < Rows; row += BandRows)
        {
            Band(row, Math.Min(BandRows, Rows - row), scratch, &kept);
        }
    }

    /// <summary>As many bands for each thread: they are not higher than those of one thread.</summary>
    private void Share(ThreadTeam team, float* scratch, long work)
    {
        Kept* kept = stackalloc Kept[team.Threads];
        for (int i = 0; i < team.Threads; i++)
        {
            // No band is the one before the first, whose lines are none.
            kept[i] = new Kept { Band = -1 };
        }

        int even = (_bands + team.Threads - 1) / team.Threads * team.Threads;
        _bands = Math.Max(_bands, Math.Min(even, Rows / LeastRows));
        _scratch = scratch;
        _kept = kept;
        fixed (RowBands<TChain>* self = &this)
        {
            team.Run(&Chunk, self, _bands, work);
        }
    }

    private static void Chunk(void* context, int band)
    {
        var bands = (RowBands<TChain>*)context;
        Kept* kept = bands->_kept + ThreadTeam.Number;
        if (kept->Band != band - 1)
        {
            *kept = default;
        }

        kept->Band = band;
        (int row, int end) = ChunkGrid.Range(band, bands->_bands, bands->Rows);
        bands->Band(row, end - row, ThreadTeam.Memory(bands->_scratch, (long)bands->LinesLength + bands->MemoryLength), kept);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Band(int row, int rows, float* lines, Kept* kept)
    {
        int top = (row * Stride) - PadTop;
        int first = Math.Clamp(top, 0, Lines - 1);
        int end = Math.Clamp(top + ConvGeometry.Reach(rows, Reach, Stride, 1), first + 1, Lines);
        int start = first;
        if (kept->End > first)
        {
            start = kept->End;
            long bytes = (long)(start - first) * LineLength * sizeof(float);
            Buffer.MemoryCopy(lines + ((nint)(first - kept->First) * LineLength), lines, bytes, bytes);
        }

        if (end > start)
        {
            Chain.Inner(start, end, lines + ((nint)(start - first) * LineLength));
        }

        kept->First = first;
        kept->End = end;
        Chain.Outer(row, rows, lines, first, end, lines + LinesLength);
    }

    /// <summary>The lines in the memory of a thread.</summary>
    private struct Kept
    {
        /// <summary>The band that they were computed for.</summary>
        public int Band;

        /// <summary>The first.</summary>
        public int First;

        /// <summary>Their end.</summary>
        public int End;
    }
}
