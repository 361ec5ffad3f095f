using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>
/// Rows of bytes as a constant, values of 0 to 128 and what a few of them have beyond that. vpmaddubsw sums pairs of products in 16 bits with saturation: of values of up to 128 every
/// pair is exact, whatever its weights are. The rest, a quantised activation's rare large values, is multiplied by itself; where it is not rare, the rows are widened instead.
/// </summary>
internal unsafe struct Avx2DotSplit
{
    /// <summary>Bytes that may be written past the end of the last row.</summary>
    internal const int Slack = VectorBytes;

    /// <summary>Of as many groups of four one may have a rest; more would cost as much as widened products.</summary>
    private const int GroupsOfRest = 6;

    /// <summary>Largest value whose pairs are exact: 128 * -256 = -2^15.</summary>
    private const byte Most = 128;

    private const int VectorBytes = 32;
    private const int VectorQuads = VectorBytes / 4;

    /// <summary>What is subtracted from all values.</summary>
    internal byte Shift;

    /// <summary>The number of rows with a rest.</summary>
    internal int Rows;

    /// <summary>The rests above, four bytes each, row by row.</summary>
    internal uint* Above;

    /// <summary>The rests below.</summary>
    internal uint* Below;

    /// <summary>Where the weights of each begin, in bytes.</summary>
    internal int* Weights;

    /// <summary>The rows that have a rest.</summary>
    internal int* Row;

    /// <summary>The end of the rests of each of <see cref="Row"/>.</summary>
    internal int* End;

    private int _capacity;

    /// <summary>The integers that the rests of a block of rows need.</summary>
    internal static int Length(int rows, int quads) => (3 * Capacity(rows, quads)) + (2 * rows);

    /// <summary>Prepares for rows of one problem.</summary>
    /// <param name="problem">The zero point: most values are expected to be near it.</param>
    /// <param name="rows">The most rows.</param>
    /// <param name="quads">The most groups of four in each.</param>
    /// <param name="memory"><see cref="Length"/> integers.</param>
    internal void Prepare(DotProblem* problem, int rows, int quads, int* memory)
    {
        _capacity = Capacity(rows, quads);
        Shift = (byte)Math.Clamp(problem->XZeroPoint - (Most / 2), 0, Most);
        Above = (uint*)memory;
        Below = Above + _capacity;
        Weights = (int*)(Below + _capacity);
        Row = Weights + _capacity;
        End = Row + rows;
    }

    /// <summary>Splits a range of the groups of four of some rows.</summary>
    /// <param name="problem">The K axis and the end of what is readable.</param>
    /// <param name="rows">The start of each row.</param>
    /// <param name="count">The number of rows.</param>
    /// <param name="firstQuad">The first group, counted through all runs.</param>
    /// <param name="quads">The number of groups.</param>
    /// <param name="target">Receives the values.</param>
    /// <param name="stride">Bytes between rows, four times <paramref name="quads"/> at least; <see cref="Slack"/> follow the last.</param>
    /// <returns>Whether few values have a rest; if not, nothing may be used.</returns>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal bool Run(DotProblem* problem, byte** rows, int count, int firstQuad, int quads, byte* target, nint stride)
    {
        bool isOneRun = problem->Runs.Count == 1;
        int most = count * quads / GroupsOfRest;
        Rows = 0;
        byte* start = rows[0] + ((nint)firstQuad * 4);
        nint bytes = (nint)count * quads * 4;
        if (isOneRun && (nint)quads * 4 == stride && rows[count - 1] - rows[0] == (count - 1) * stride && problem->XEnd - start >= bytes + VectorBytes)
        {
            // The rows are one row.
            int all = Split(start, count * quads, target, 0, most);
            if (all > most)
            {
                return false;
            }

            Sort(all, quads);
            return true;
        }

        int rests = 0;
        (int run, int quad) = Math.DivRem(firstQuad, problem->Runs.Quads);
        (int outer, int inner) = Math.DivRem(run, problem->Runs.InnerCount);
        for (int row = 0; row < count; row++, target += stride)
        {
            byte* source = rows[row] + ((nint)firstQuad * 4);
            if (!isOneRun || problem->XEnd - source < ((nint)quads * 4) + VectorBytes)
            {
                Gather(problem, rows[row] + (outer * problem->Runs.OuterStride), inner, quad, quads, target);
                source = target;
            }

            int now = Split(source, quads, target, rests, most);
            if (now != rests)
            {
                rests = now;
                Row[Rows] = row;
                End[Rows++] = rests;
                if (rests > most)
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Finds the row of each rest of rows that were split as one.</summary>
    private void Sort(int rests, int quads)
    {
        int rowBytes = quads * (4 * DotPanel.Columns);
        int last = -1;
        for (int rest = 0; rest < rests; rest++)
        {
            int row = Weights[rest] / rowBytes;
            Weights[rest] -= row * rowBytes;
            if (row != last)
            {
                last = row;
                Row[Rows++] = row;
            }

            End[Rows - 1] = rest + 1;
        }
    }

    private static int Capacity(int rows, int quads) => (rows * quads / GroupsOfRest) + VectorQuads;

    /// <summary>Copies the runs of a row one after the other.</summary>
    private static void Gather(DotProblem* problem, byte* line, int inner, int quad, int quads, byte* target)
    {
        DotRuns* runs = &problem->Runs;
        byte* end = problem->XEnd;
        while (quads > 0)
        {
            int ofRun = Math.Min(runs->Quads - quad, quads);
            Copy(line + (inner * runs->InnerStride) + ((nint)quad * 4), (nint)ofRun * 4, end, target);
            target += (nint)ofRun * 4;
            quads -= ofRun;
            quad = 0;
            if (++inner == runs->InnerCount)
            {
                inner = 0;
                line += runs->OuterStride;
            }
        }
    }

    /// <summary>Copies a run. Writes whole vectors: what follows is written later.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy(byte* x, nint bytes, byte* end, byte* target)
    {
        nint i = 0;
        for (; i < bytes && end - x >= i + VectorBytes; i += VectorBytes)
        {
            Vector256.Load(x + i).Store(target + i);
        }

        for (; i < bytes; i++)
        {
            // The weights of what lies past the end are zero.
            target[i] = x + i < end ? x[i] : (byte)0;
        }
    }

    /// <summary>Splits a row, in place or not. Returns the number of rests; a few more than <paramref name="most"/> end it.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly int Split(byte* x, int quads, byte* target, int rests, int most)
    {
        uint* above = stackalloc uint[VectorQuads];
        uint* below = stackalloc uint[VectorQuads];
        Vector256<byte> shift = Vector256.Create(Shift);
        Vector256<byte> greatest = Vector256.Create(Most);
        for (int quad = 0; quad < quads; quad += VectorQuads)
        {
            Vector256<byte> value = Vector256.Load(x + ((nint)quad * 4));
            Vector256<byte> shifted = Avx2.SubtractSaturate(value, shift);
            Vector256<byte> less = Avx2.SubtractSaturate(shift, value);
            Vector256<byte> more = Avx2.SubtractSaturate(shifted, greatest);
            Avx2.Min(shifted, greatest).Store(target + ((nint)quad * 4));
            uint mask = Vector256.Equals((less | more).AsUInt32(), Vector256<uint>.Zero).ExtractMostSignificantBits() ^ ((1u << VectorQuads) - 1);
            if (quads - quad < VectorQuads)
            {
                mask &= (1u << (quads - quad)) - 1;
            }

            if (mask != 0)
            {
                more.AsUInt32().Store(above);
                less.AsUInt32().Store(below);
                do
                {
                    int lane = BitOperations.TrailingZeroCount(mask);
                    Above[rests] = above[lane];
                    Below[rests] = below[lane];
                    Weights[rests++] = (quad + lane) * (4 * DotPanel.Columns);
                    mask &= mask - 1;
                }
                while (mask != 0);

                if (rests > most)
                {
                    break;
                }
            }
        }

        return rests;
    }
}
