using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>Four lines of the input of <see cref="AvxVnniStrips"/>, interleaved into the parts of <see cref="AvxVnniStripOperands"/>.</summary>
internal static unsafe class AvxVnniStripLines
{
    /// <summary>The distance of the parts.</summary>
    internal const int Plane = 4352;

    /// <summary>The most columns of a part, with 32 channels.</summary>
    internal const int MaxColumns = (Plane / VectorBytes) - 4;

    private const int VectorBytes = AvxVnniStripOperands.VectorBytes;

    /// <summary>Interleaves columns of 32 channels.</summary>
    /// <param name="rows">The first column of each line; may lie outside, then it is not read.</param>
    /// <param name="steps">Bytes between columns.</param>
    /// <param name="from">The first column inside.</param>
    /// <param name="to">The end of these.</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="outside">What columns outside hold.</param>
    /// <param name="parts">Receives the parts.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Columns(byte** rows, nint* steps, int from, int to, int columns, byte outside, byte* parts)
    {
        (nint step0, nint step1, nint step2, nint step3) = (steps[0], steps[1], steps[2], steps[3]);
        byte* row0 = rows[0] + (from * step0);
        byte* row1 = rows[1] + (from * step1);
        byte* row2 = rows[2] + (from * step2);
        byte* row3 = rows[3] + (from * step3);
        Outside(parts, 0, from, outside);
        byte* target = parts + (from * VectorBytes);
        int left = to - from;
        if (Avx512BW.IsSupported)
        {
            for (; left >= 2; left -= 2, target += 2 * VectorBytes)
            {
                AvxVnniStripOperands.Interleave(Two(row0, step0), Two(row1, step1), Two(row2, step2), Two(row3, step3), target, Plane);
                row0 += 2 * step0;
                row1 += 2 * step1;
                row2 += 2 * step2;
                row3 += 2 * step3;
            }
        }

        for (; left > 0; left--, target += VectorBytes)
        {
            AvxVnniStripOperands.Interleave(Vector256.Load(row0), Vector256.Load(row1), Vector256.Load(row2), Vector256.Load(row3), target, Plane);
            row0 += step0;
            row1 += step1;
            row2 += step2;
            row3 += step3;
        }

        Outside(parts, to, columns, outside);
    }

    /// <summary>Interleaves whole lines.</summary>
    /// <param name="rows">The lines.</param>
    /// <param name="bytes">The bytes of a line, rounded up to 64.</param>
    /// <param name="parts">Receives the parts.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Whole(byte** rows, int bytes, byte* parts)
    {
        byte* row0 = rows[0];
        byte* row1 = rows[1];
        byte* row2 = rows[2];
        byte* row3 = rows[3];
        if (Avx512BW.IsSupported)
        {
            for (int i = 0; i < bytes; i += 2 * VectorBytes)
            {
                AvxVnniStripOperands.Interleave(Vector512.Load(row0 + i), Vector512.Load(row1 + i), Vector512.Load(row2 + i), Vector512.Load(row3 + i), parts + i, Plane);
            }

            return;
        }

        for (int i = 0; i < bytes; i += VectorBytes)
        {
            AvxVnniStripOperands.Interleave(Vector256.Load(row0 + i), Vector256.Load(row1 + i), Vector256.Load(row2 + i), Vector256.Load(row3 + i), parts + i, Plane);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Two(byte* x, nint step) => QuantizedRounding.Join(Vector256.Load(x).AsInt32(), Vector256.Load(x + step).AsInt32()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Outside(byte* parts, int from, int to, byte outside)
    {
        Vector256<byte> value = Vector256.Create(outside);
        for (int column = from; column < to; column++)
        {
            byte* target = parts + (column * VectorBytes);
            value.Store(target);
            value.Store(target + Plane);
            value.Store(target + (2 * Plane));
            value.Store(target + (3 * Plane));
        }
    }
}
