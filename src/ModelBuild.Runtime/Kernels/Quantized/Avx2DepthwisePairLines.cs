using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>Two neighbouring lines of the input of <see cref="Avx2DepthwisePairs"/>, interleaved: for each part of eight channels a vector of 16-bit integers for each column.</summary>
internal static unsafe class Avx2DepthwisePairLines
{
    /// <summary>Bytes of a column of a part.</summary>
    internal const int VectorBytes = 32;

    /// <summary>The most pairs of lines that an output needs.</summary>
    internal const int MaxPairs = 4;

    /// <summary>The columns of a part.</summary>
    internal const int MaxColumns = 59;

    /// <summary>The distance of the parts.</summary>
    internal const int Plane = MaxColumns * VectorBytes;

    /// <summary>Interleaves the lines <paramref name="row"/> and the one behind it; what lies outside the image is the zero point.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="operands">The block of channels.</param>
    /// <param name="image">The image.</param>
    /// <param name="row">The upper line; may lie outside.</param>
    /// <param name="left">The first column; may lie outside.</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="pair">Receives the lines.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Interleave(DepthwiseProblem* problem, Avx2DepthwisePairOperands* operands, byte* image, int row, int left, int columns, byte* pair)
    {
        int first = Math.Clamp(-left, 0, columns);
        int end = Math.Clamp(problem->InW - left, first, columns);
        bool hasUpper = (uint)row < (uint)problem->InH;
        bool hasLower = (uint)(row + 1) < (uint)problem->InH;
        if (!hasUpper && !hasLower)
        {
            first = columns;
            end = columns;
        }

        Vector256<short> outside = Vector256.Create((short)problem->XZeroPoint);
        Vector128<byte> zeros = Vector128.Create((byte)problem->XZeroPoint);
        for (int part = 0; part < operands->Parts; part++)
        {
            byte* target = pair + (part * Plane);
            for (int column = 0; column < first; column++)
            {
                outside.StoreAligned((short*)(target + (column * VectorBytes)));
            }

            for (int column = end; column < columns; column++)
            {
                outside.StoreAligned((short*)(target + (column * VectorBytes)));
            }
        }

        nint step = problem->Channels;
        byte* upper = image + ((((nint)row * problem->InW) + left + first) * step) + operands->Channel;
        byte* lower = upper + (problem->InW * step);
        pair += first * VectorBytes;
        int inside = end - first;
        for (int part = 0; part < operands->Parts && inside > 0;)
        {
            byte* target = pair + (part * Plane);
            int offset = operands->Offsets[part];
            byte* a = upper + offset;
            byte* b = lower + offset;
            int count = inside;
            if (part + 1 < operands->Parts && operands->Offsets[part + 1] == offset + Avx2DepthwisePairOperands.PartChannels)
            {
                part += 2;
                if (hasUpper && hasLower)
                {
                    do
                    {
                        Store16(Vector128.Load(a), Vector128.Load(b), target);
                        a += step;
                        b += step;
                        target += VectorBytes;
                    }
                    while (--count != 0);
                }
                else
                {
                    do
                    {
                        Store16(hasUpper ? Vector128.Load(a) : zeros, hasLower ? Vector128.Load(b) : zeros, target);
                        a += step;
                        b += step;
                        target += VectorBytes;
                    }
                    while (--count != 0);
                }
            }
            else
            {
                part++;
                do
                {
                    Vector128<byte> above = hasUpper ? Vector128.CreateScalarUnsafe(*(ulong*)a).AsByte() : zeros;
                    Vector128<byte> below = hasLower ? Vector128.CreateScalarUnsafe(*(ulong*)b).AsByte() : zeros;
                    Avx2.ConvertToVector256Int16(Sse2.UnpackLow(above, below)).StoreAligned((short*)target);
                    a += step;
                    b += step;
                    target += VectorBytes;
                }
                while (--count != 0);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store16(Vector128<byte> above, Vector128<byte> below, byte* target)
    {
        Avx2.ConvertToVector256Int16(Sse2.UnpackLow(above, below)).StoreAligned((short*)target);
        Avx2.ConvertToVector256Int16(Sse2.UnpackHigh(above, below)).StoreAligned((short*)(target + Plane));
    }
}
