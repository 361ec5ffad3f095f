using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>The transpose of a matrix whose rows need not lie one after another.</summary>
internal static unsafe class MatrixTranspose
{
    private const int Block = 32;

    /// <summary>y[c * yStride + r] = x[r * xStride + c].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run<T>(T* x, nint xStride, T* y, nint yStride, int rows, int columns)
        where T : unmanaged
    {
        if (sizeof(T) == 4 && rows is 2 or 3 && yStride == rows)
        {
            int done = RowInterleave.Run((float*)x, xStride, (float*)y, rows, columns);
            x += done;
            y += done * yStride;
            columns -= done;
        }

        if (sizeof(T) == 1 && rows == 3 && yStride == 3 && RowInterleave.TakesBytes)
        {
            int done = RowInterleave.Run((byte*)x, xStride, (byte*)y, columns);
            x += done;
            y += done * yStride;
            columns -= done;
        }

        if (sizeof(T) == 4 && columns == 2 && xStride == 2)
        {
            EvenOdd.TakeApart((float*)x, (float*)y, (float*)(y + yStride), rows);
            return;
        }

        for (int r0 = 0; r0 < rows; r0 += Block)
        {
            int rEnd = Math.Min(rows, r0 + Block);
            for (int c0 = 0; c0 < columns; c0 += Block)
            {
                int cEnd = Math.Min(columns, c0 + Block);
                int c = c0;
                if (sizeof(T) == 4)
                {
                    for (; c + 4 <= cEnd; c += 4)
                    {
                        int r = r0;
                        for (; r + 4 <= rEnd; r += 4)
                        {
                            FourByFour((float*)(x + (r * xStride) + c), xStride, (float*)(y + (c * yStride) + r), yStride);
                        }

                        for (; r < rEnd; r++)
                        {
                            T* source = x + (r * xStride) + c;
                            T* result = y + (c * yStride) + r;
                            result[0] = source[0];
                            result[yStride] = source[1];
                            result[2 * yStride] = source[2];
                            result[3 * yStride] = source[3];
                        }
                    }
                }

                for (; c < cEnd; c++)
                {
                    T* source = x + c;
                    T* result = y + (c * yStride);
                    for (int r = r0; r < rEnd; r++)
                    {
                        result[r] = source[r * xStride];
                    }
                }
            }
        }
    }

    /// <summary>y[c * yStride + r] = x[r * xStride + c] for four rows and columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void FourByFour(float* x, nint xStride, float* y, nint yStride)
    {
        Vector128<float> r0 = Vector128.Load(x);
        Vector128<float> r1 = Vector128.Load(x + xStride);
        Vector128<float> r2 = Vector128.Load(x + (2 * xStride));
        Vector128<float> r3 = Vector128.Load(x + (3 * xStride));
        Vector128<float> a = Unpack.Low(r0, r2);
        Vector128<float> b = Unpack.High(r0, r2);
        Vector128<float> c = Unpack.Low(r1, r3);
        Vector128<float> d = Unpack.High(r1, r3);
        Unpack.Low(a, c).Store(y);
        Unpack.High(a, c).Store(y + yStride);
        Unpack.Low(b, d).Store(y + (2 * yStride));
        Unpack.High(b, d).Store(y + (3 * yStride));
    }
}
