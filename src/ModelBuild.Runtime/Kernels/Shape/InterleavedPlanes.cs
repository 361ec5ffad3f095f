using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>The three planes of a picture as pixels.</summary>
internal static unsafe class InterleavedPlanes
{
    /// <summary>The number of planes.</summary>
    internal const int Count = 3;

    private const int Lanes = 16;

    private static readonly byte[] s_bytes = MakeBytes();

    /// <summary>y[3 * c + r] = x[r * stride + c] for whole vectors of <paramref name="columns"/>, sixteen at a time. Returns the columns done.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static int Run(float* x, nint stride, float* y, int columns)
    {
        // Of three vectors of pixels each takes the elements of the first two planes, then those of the third; 16 and more is the second operand.
        Vector512<int> first = Vector512.Create(0, 16, 0, 1, 17, 0, 2, 18, 0, 3, 19, 0, 4, 20, 0, 5);
        Vector512<int> firstThird = Vector512.Create(0, 1, 16, 3, 4, 17, 6, 7, 18, 9, 10, 19, 12, 13, 20, 15);
        Vector512<int> second = Vector512.Create(21, 0, 6, 22, 0, 7, 23, 0, 8, 24, 0, 9, 25, 0, 10, 26);
        Vector512<int> secondThird = Vector512.Create(0, 21, 2, 3, 22, 5, 6, 23, 8, 9, 24, 11, 12, 25, 14, 15);
        Vector512<int> third = Vector512.Create(0, 11, 27, 0, 12, 28, 0, 13, 29, 0, 14, 30, 0, 15, 31, 0);
        Vector512<int> thirdThird = Vector512.Create(26, 1, 2, 27, 4, 5, 28, 7, 8, 29, 10, 11, 30, 13, 14, 31);
        int c = 0;
        for (; c + Lanes <= columns; c += Lanes)
        {
            Vector512<float> r0 = Vector512.Load(x + c);
            Vector512<float> r1 = Vector512.Load(x + stride + c);
            Vector512<float> r2 = Vector512.Load(x + (2 * stride) + c);
            Avx512F.PermuteVar16x32x2(Avx512F.PermuteVar16x32x2(r0, first, r1), firstThird, r2).Store(y);
            Avx512F.PermuteVar16x32x2(Avx512F.PermuteVar16x32x2(r0, second, r1), secondThird, r2).Store(y + Lanes);
            Avx512F.PermuteVar16x32x2(Avx512F.PermuteVar16x32x2(r0, third, r1), thirdThird, r2).Store(y + (2 * Lanes));
            y += Count * Lanes;
        }

        return c;
    }

    /// <summary>The same of bytes, 64 at a time; needs <see cref="Avx512Vbmi"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static int Run(byte* x, nint stride, byte* y, int columns)
    {
        const int Bytes = 64;
        int c = 0;
        fixed (byte* order = s_bytes)
        {
            for (; c + Bytes <= columns; c += Bytes)
            {
                Vector512<byte> r0 = Vector512.Load(x + c);
                Vector512<byte> r1 = Vector512.Load(x + stride + c);
                Vector512<byte> r2 = Vector512.Load(x + (2 * stride) + c);
                for (int part = 0; part < Count; part++, y += Bytes)
                {
                    byte* of = order + (part * 2 * Bytes);
                    Vector512<byte> two = Avx512Vbmi.PermuteVar64x8x2(r0, Vector512.Load(of), r1);
                    Avx512Vbmi.PermuteVar64x8x2(two, Vector512.Load(of + Bytes), r2).Store(y);
                }
            }
        }

        return c;
    }

    /// <summary>For each of three vectors of pixels where the bytes of the first two planes come from, then where those of the third; from 64 on it is the second operand.</summary>
    private static byte[] MakeBytes()
    {
        const int Bytes = 64;
        byte[] order = new byte[Count * 2 * Bytes];
        for (int i = 0; i < Count * Bytes; i++)
        {
            (int column, int plane) = Math.DivRem(i, Count);
            int at = (i / Bytes * 2 * Bytes) + (i % Bytes);
            order[at] = (byte)(plane == 1 ? Bytes + column : column);
            order[at + Bytes] = (byte)(plane == 2 ? Bytes + column : i % Bytes);
        }

        return order;
    }
}
