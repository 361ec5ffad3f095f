using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>Widens rows of bytes to integers of 16 bits once for all panels that they are multiplied with: the multiplication is then the only thing that a tile does.</summary>
internal static unsafe class Avx2DotRows
{
    /// <summary>Integers that may be written past the end of a row.</summary>
    internal const int Slack = VectorBytes;

    private const int VectorBytes = 16;

    /// <summary>The order of a group of four where weights are split by shifts: the even values, then the odd ones.</summary>
    internal static Vector256<byte> EvenFirst
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector256.Create(0, 128, 2, 128, 1, 128, 3, 128, 4, 128, 6, 128, 5, 128, 7, 128, 8, 128, 10, 128, 9, 128, 11, 128, 12, 128, 14, 128, 13, 128, 15, 128);
    }

    /// <summary>The order of memory.</summary>
    private static Vector256<byte> Natural
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector256.Create(0, 128, 1, 128, 2, 128, 3, 128, 4, 128, 5, 128, 6, 128, 7, 128, 8, 128, 9, 128, 10, 128, 11, 128, 12, 128, 13, 128, 14, 128, 15, 128);
    }

    /// <summary>Widens a range of the groups of four of some rows. What a group holds past the end of its run is undefined: its weights are zero.</summary>
    /// <param name="problem">The K axis and the end of what is readable.</param>
    /// <param name="rows">The start of each row.</param>
    /// <param name="count">The number of rows.</param>
    /// <param name="firstQuad">The first group, counted through all runs.</param>
    /// <param name="quads">The number of groups.</param>
    /// <param name="isEvenFirst">Whether a group has its even values first, else it is in the order of memory.</param>
    /// <param name="target">Receives the rows.</param>
    /// <param name="stride">Integers between rows, <see cref="Slack"/> more than four times <paramref name="quads"/> at least.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Widen(DotProblem* problem, byte** rows, int count, int firstQuad, int quads, bool isEvenFirst, short* target, nint stride)
    {
        Vector256<byte> order = isEvenFirst ? EvenFirst : Natural;
        DotRuns* runs = &problem->Runs;
        byte* end = problem->XEnd;
        if (runs->Count == 1)
        {
            for (int row = 0; row < count; row++, target += stride)
            {
                Run(rows[row] + ((nint)firstQuad * 4), (nint)quads * 4, end, order, target);
            }

            return;
        }

        (int firstRun, int firstOfRun) = Math.DivRem(firstQuad, runs->Quads);
        (int firstOuter, int firstInner) = Math.DivRem(firstRun, runs->InnerCount);
        for (int row = 0; row < count; row++, target += stride)
        {
            byte* line = rows[row] + (firstOuter * runs->OuterStride);
            short* y = target;
            int inner = firstInner;
            int quad = firstOfRun;
            for (int rest = quads; rest > 0;)
            {
                int ofRun = Math.Min(runs->Quads - quad, rest);
                Run(line + (inner * runs->InnerStride) + ((nint)quad * 4), (nint)ofRun * 4, end, order, y);
                y += ofRun * 4;
                rest -= ofRun;
                quad = 0;
                if (++inner == runs->InnerCount)
                {
                    inner = 0;
                    line += runs->OuterStride;
                }
            }
        }
    }

    /// <summary>Widens one run. Writes whole vectors: what follows in the row is written later.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Run(byte* x, nint bytes, byte* end, Vector256<byte> order, short* target)
    {
        nint i = 0;
        for (; i + VectorBytes <= bytes && end - x >= i + VectorBytes; i += VectorBytes)
        {
            Avx2.Shuffle(Avx2.BroadcastVector128ToVector256(x + i), order).AsInt16().Store(target + i);
        }

        if (i < bytes)
        {
            Rest(x + i, bytes - i, end, order, target + i);
        }
    }

    /// <summary>The last groups of a run: no byte past the end of the rows is read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Rest(byte* x, nint bytes, byte* end, Vector256<byte> order, short* target)
    {
        if (end - x >= VectorBytes)
        {
            Avx2.Shuffle(Avx2.BroadcastVector128ToVector256(x), order).AsInt16().Store(target);
            return;
        }

        Vector128<byte> values = default;
        nint readable = (nint)(end - x);
        for (int i = 0; i < readable; i++)
        {
            ((byte*)&values)[i] = x[i];
        }

        Avx2.Shuffle(Vector256.Create(values, values), order).AsInt16().Store(target);
    }
}
