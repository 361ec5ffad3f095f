using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>
/// Rows of bytes as a constant, what vpmaddubsw multiplies exactly, and rare rests. The instruction sums pairs of products in 16 bits with saturation: a pair of values whose sum is
/// at most 256 is exact, whatever its weights are. Of others, what exceeds 128 is multiplied by itself; where that is not rare, the rows are widened instead.
/// </summary>
internal unsafe struct Avx2DotSplit
{
    /// <summary>Bytes that may be written past the end of the last row.</summary>
    internal const int Slack = VectorBytes;

    /// <summary>Of as many groups of four one may have a rest; more would cost as much as widened products.</summary>
    private const int GroupsOfRest = 7;

    /// <summary>The largest value of a pair that is exact whatever the other one is: 2 * 128 * -128 = -2^15.</summary>
    private const byte Most = 128;

    /// <summary>The zero point less what is subtracted: most pairs stay below the bound, and most values above 0.</summary>
    private const int Middle = 80;

    private const int VectorBytes = 32;
    private const int VectorQuads = VectorBytes / 4;

    /// <summary>What is subtracted from all values.</summary>
    internal byte Shift;

    /// <summary>The number of <see cref="Row"/>.</summary>
    internal int Rows;

    /// <summary>The rests, four bytes each, row by row.</summary>
    internal uint* Values;

    /// <summary>Their signs: twice 1 or -1 in 16 bits.</summary>
    internal int* Signs;

    /// <summary>Where the weights of each begin, in bytes.</summary>
    internal int* Weights;

    /// <summary>The rows that have rests.</summary>
    internal int* Row;

    /// <summary>The end of the rests of each of <see cref="Row"/>.</summary>
    internal int* End;

    /// <summary>The integers that the rests of a block of rows need.</summary>
    internal static int Length(int rows, int quads) => 5 * Capacity(rows, quads);

    /// <summary>Prepares for rows of one problem.</summary>
    /// <param name="problem">The zero point: most values are expected to be near it.</param>
    /// <param name="rows">The most rows.</param>
    /// <param name="quads">The most groups of four in each.</param>
    /// <param name="memory"><see cref="Length"/> integers.</param>
    internal void Prepare(DotProblem* problem, int rows, int quads, int* memory)
    {
        int capacity = Capacity(rows, quads);
        Shift = (byte)Math.Clamp(problem->XZeroPoint - Middle, 0, Most);
        Values = (uint*)memory;
        Signs = memory + capacity;
        Weights = Signs + capacity;
        Row = Weights + capacity;
        End = Row + capacity;
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

    private static int Capacity(int rows, int quads) => (rows * quads / GroupsOfRest) + (2 * VectorQuads);

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
        uint* values = stackalloc uint[VectorQuads];
        Vector256<byte> shift = Vector256.Create(Shift);
        Vector256<byte> greatest = Vector256.Create(Most);
        Vector256<short> greatestSum = Vector256.Create((short)(2 * Most));
        for (int quad = 0; quad < quads && rests <= most; quad += VectorQuads)
        {
            Vector256<byte> value = Vector256.Load(x + ((nint)quad * 4));
            Vector256<byte> shifted = Avx2.SubtractSaturate(value, shift);
            Vector256<byte> less = Avx2.SubtractSaturate(shift, value);
            Vector256<short> isLarge = Avx2.CompareGreaterThan(Avx2.MultiplyAddAdjacent(shifted, Vector256<sbyte>.One), greatestSum);
            Vector256<byte> more = Avx2.SubtractSaturate(shifted, greatest) & isLarge.AsByte();
            (shifted - more).Store(target + ((nint)quad * 4));
            Vector256<byte> apart = more | less;
            if (Avx.TestZ(apart, apart))
            {
                continue;
            }

            // What lies past the end of the row is none of it.
            uint valid = quads - quad >= VectorQuads ? (1u << VectorQuads) - 1 : (1u << (quads - quad)) - 1;
            more.AsUInt32().Store(values);
            rests = Note(values, NotZero(more) & valid, 0x10001, quad, rests);
            less.AsUInt32().Store(values);
            rests = Note(values, NotZero(less) & valid, -1, quad, rests);
        }

        return rests;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint NotZero(Vector256<byte> value) => ~Vector256.Equals(value.AsUInt32(), Vector256<uint>.Zero).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly int Note(uint* values, uint mask, int sign, int quad, int rests)
    {
        for (; mask != 0; mask &= mask - 1)
        {
            int lane = BitOperations.TrailingZeroCount(mask);
            Values[rests] = values[lane];
            Signs[rests] = sign;
            Weights[rests++] = (quad + lane) * (4 * DotPanel.Columns);
        }

        return rests;
    }
}
