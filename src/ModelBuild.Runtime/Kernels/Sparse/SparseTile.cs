using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>
/// The inner loop of a sparse product: some rows by the blocks of one panel. Each block is loaded once and multiplied by one element of each row, which the processor spreads over the lanes while it
/// multiplies.
/// </summary>
internal static unsafe class SparseTile
{
    private const int Width = SparsePacking.Width;

    /// <summary>Computes the sums of a panel.</summary>
    /// <param name="x">The first row.</param>
    /// <param name="stride">The elements from a row to the next.</param>
    /// <param name="count">1, 4 or, with 512-bit vectors, 8 rows.</param>
    /// <param name="values">The blocks.</param>
    /// <param name="rows">The place of each block's factor in a row of <paramref name="x"/>.</param>
    /// <param name="blocks">The number of blocks.</param>
    /// <param name="sums">Receives [count, 16].</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Sum(float* x, nint stride, int count, float* values, int* rows, int blocks, float* sums)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            if (count == 8)
            {
                Eight512(x, stride, values, rows, blocks, sums);
            }
            else if (count == 4)
            {
                Four512(x, stride, values, rows, blocks, sums);
            }
            else
            {
                One512(x, values, rows, blocks, sums);
            }
        }
        else if (count == 4)
        {
            for (int half = 0; half < Width; half += 8)
            {
                if (Vector256.IsHardwareAccelerated)
                {
                    Four256(x, stride, values + half, rows, blocks, sums + half);
                }
                else
                {
                    Four128(x, stride, values + half, rows, blocks, sums + half);
                    Four128(x, stride, values + half + 4, rows, blocks, sums + half + 4);
                }
            }
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            One256(x, values, rows, blocks, sums);
        }
        else
        {
            One128(x, values, rows, blocks, sums);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Eight512(float* x, nint stride, float* values, int* rows, int blocks, float* sums)
    {
        float* x4 = x + (4 * stride);
        Vector512<float> c0 = Vector512<float>.Zero;
        Vector512<float> c1 = Vector512<float>.Zero;
        Vector512<float> c2 = Vector512<float>.Zero;
        Vector512<float> c3 = Vector512<float>.Zero;
        Vector512<float> c4 = Vector512<float>.Zero;
        Vector512<float> c5 = Vector512<float>.Zero;
        Vector512<float> c6 = Vector512<float>.Zero;
        Vector512<float> c7 = Vector512<float>.Zero;
        for (int* end = rows + blocks; rows < end; rows++)
        {
            Vector512<float> block = Vector512.Load(values);
            float* low = x + *rows;
            float* high = x4 + *rows;
            c0 = NativeMath.MultiplyAdd(Vector512.Create(*low), block, c0);
            c1 = NativeMath.MultiplyAdd(Vector512.Create(low[stride]), block, c1);
            c2 = NativeMath.MultiplyAdd(Vector512.Create(low[2 * stride]), block, c2);
            c3 = NativeMath.MultiplyAdd(Vector512.Create(low[3 * stride]), block, c3);
            c4 = NativeMath.MultiplyAdd(Vector512.Create(*high), block, c4);
            c5 = NativeMath.MultiplyAdd(Vector512.Create(high[stride]), block, c5);
            c6 = NativeMath.MultiplyAdd(Vector512.Create(high[2 * stride]), block, c6);
            c7 = NativeMath.MultiplyAdd(Vector512.Create(high[3 * stride]), block, c7);
            values += Width;
        }

        c0.Store(sums);
        c1.Store(sums + Width);
        c2.Store(sums + (2 * Width));
        c3.Store(sums + (3 * Width));
        c4.Store(sums + (4 * Width));
        c5.Store(sums + (5 * Width));
        c6.Store(sums + (6 * Width));
        c7.Store(sums + (7 * Width));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Four512(float* x, nint stride, float* values, int* rows, int blocks, float* sums)
    {
        Vector512<float> c0 = Vector512<float>.Zero;
        Vector512<float> c1 = Vector512<float>.Zero;
        Vector512<float> c2 = Vector512<float>.Zero;
        Vector512<float> c3 = Vector512<float>.Zero;
        for (int* end = rows + blocks; rows < end; rows++)
        {
            Vector512<float> block = Vector512.Load(values);
            float* row = x + *rows;
            c0 = NativeMath.MultiplyAdd(Vector512.Create(*row), block, c0);
            c1 = NativeMath.MultiplyAdd(Vector512.Create(row[stride]), block, c1);
            c2 = NativeMath.MultiplyAdd(Vector512.Create(row[2 * stride]), block, c2);
            c3 = NativeMath.MultiplyAdd(Vector512.Create(row[3 * stride]), block, c3);
            values += Width;
        }

        c0.Store(sums);
        c1.Store(sums + Width);
        c2.Store(sums + (2 * Width));
        c3.Store(sums + (3 * Width));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void One512(float* x, float* values, int* rows, int blocks, float* sums)
    {
        // Sums wait four cycles for each other: four of them keep the multipliers busy.
        Vector512<float> c0 = Vector512<float>.Zero;
        Vector512<float> c1 = Vector512<float>.Zero;
        Vector512<float> c2 = Vector512<float>.Zero;
        Vector512<float> c3 = Vector512<float>.Zero;
        int* end = rows + blocks;
        for (; end - rows >= 4; rows += 4)
        {
            c0 = NativeMath.MultiplyAdd(Vector512.Create(x[rows[0]]), Vector512.Load(values), c0);
            c1 = NativeMath.MultiplyAdd(Vector512.Create(x[rows[1]]), Vector512.Load(values + Width), c1);
            c2 = NativeMath.MultiplyAdd(Vector512.Create(x[rows[2]]), Vector512.Load(values + (2 * Width)), c2);
            c3 = NativeMath.MultiplyAdd(Vector512.Create(x[rows[3]]), Vector512.Load(values + (3 * Width)), c3);
            values += 4 * Width;
        }

        for (; rows < end; rows++)
        {
            c0 = NativeMath.MultiplyAdd(Vector512.Create(x[*rows]), Vector512.Load(values), c0);
            values += Width;
        }

        ((c0 + c1) + (c2 + c3)).Store(sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Four256(float* x, nint stride, float* values, int* rows, int blocks, float* sums)
    {
        Vector256<float> c0 = Vector256<float>.Zero;
        Vector256<float> c1 = Vector256<float>.Zero;
        Vector256<float> c2 = Vector256<float>.Zero;
        Vector256<float> c3 = Vector256<float>.Zero;
        for (int* end = rows + blocks; rows < end; rows++)
        {
            Vector256<float> block = Vector256.Load(values);
            float* row = x + *rows;
            c0 = NativeMath.MultiplyAdd(Vector256.Create(*row), block, c0);
            c1 = NativeMath.MultiplyAdd(Vector256.Create(row[stride]), block, c1);
            c2 = NativeMath.MultiplyAdd(Vector256.Create(row[2 * stride]), block, c2);
            c3 = NativeMath.MultiplyAdd(Vector256.Create(row[3 * stride]), block, c3);
            values += Width;
        }

        c0.Store(sums);
        c1.Store(sums + Width);
        c2.Store(sums + (2 * Width));
        c3.Store(sums + (3 * Width));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Four128(float* x, nint stride, float* values, int* rows, int blocks, float* sums)
    {
        Vector128<float> c0 = Vector128<float>.Zero;
        Vector128<float> c1 = Vector128<float>.Zero;
        Vector128<float> c2 = Vector128<float>.Zero;
        Vector128<float> c3 = Vector128<float>.Zero;
        for (int* end = rows + blocks; rows < end; rows++)
        {
            Vector128<float> block = Vector128.Load(values);
            float* row = x + *rows;
            c0 = NativeMath.MultiplyAdd(Vector128.Create(*row), block, c0);
            c1 = NativeMath.MultiplyAdd(Vector128.Create(row[stride]), block, c1);
            c2 = NativeMath.MultiplyAdd(Vector128.Create(row[2 * stride]), block, c2);
            c3 = NativeMath.MultiplyAdd(Vector128.Create(row[3 * stride]), block, c3);
            values += Width;
        }

        c0.Store(sums);
        c1.Store(sums + Width);
        c2.Store(sums + (2 * Width));
        c3.Store(sums + (3 * Width));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void One256(float* x, float* values, int* rows, int blocks, float* sums)
    {
        // Sums wait four cycles for each other: eight of them keep the multipliers busy.
        Vector256<float> c0 = Vector256<float>.Zero;
        Vector256<float> c1 = Vector256<float>.Zero;
        Vector256<float> c2 = Vector256<float>.Zero;
        Vector256<float> c3 = Vector256<float>.Zero;
        Vector256<float> c4 = Vector256<float>.Zero;
        Vector256<float> c5 = Vector256<float>.Zero;
        Vector256<float> c6 = Vector256<float>.Zero;
        Vector256<float> c7 = Vector256<float>.Zero;
        int* end = rows + blocks;
        for (; end - rows >= 4; rows += 4)
        {
            Vector256<float> factor = Vector256.Create(x[rows[0]]);
            c0 = NativeMath.MultiplyAdd(factor, Vector256.Load(values), c0);
            c1 = NativeMath.MultiplyAdd(factor, Vector256.Load(values + 8), c1);
            factor = Vector256.Create(x[rows[1]]);
            c2 = NativeMath.MultiplyAdd(factor, Vector256.Load(values + Width), c2);
            c3 = NativeMath.MultiplyAdd(factor, Vector256.Load(values + Width + 8), c3);
            factor = Vector256.Create(x[rows[2]]);
            c4 = NativeMath.MultiplyAdd(factor, Vector256.Load(values + (2 * Width)), c4);
            c5 = NativeMath.MultiplyAdd(factor, Vector256.Load(values + (2 * Width) + 8), c5);
            factor = Vector256.Create(x[rows[3]]);
            c6 = NativeMath.MultiplyAdd(factor, Vector256.Load(values + (3 * Width)), c6);
            c7 = NativeMath.MultiplyAdd(factor, Vector256.Load(values + (3 * Width) + 8), c7);
            values += 4 * Width;
        }

        for (; rows < end; rows++)
        {
            Vector256<float> factor = Vector256.Create(x[*rows]);
            c0 = NativeMath.MultiplyAdd(factor, Vector256.Load(values), c0);
            c1 = NativeMath.MultiplyAdd(factor, Vector256.Load(values + 8), c1);
            values += Width;
        }

        ((c0 + c2) + (c4 + c6)).Store(sums);
        ((c1 + c3) + (c5 + c7)).Store(sums + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void One128(float* x, float* values, int* rows, int blocks, float* sums)
    {
        Vector128<float> c0 = Vector128<float>.Zero;
        Vector128<float> c1 = Vector128<float>.Zero;
        Vector128<float> c2 = Vector128<float>.Zero;
        Vector128<float> c3 = Vector128<float>.Zero;
        for (int* end = rows + blocks; rows < end; rows++)
        {
            Vector128<float> factor = Vector128.Create(x[*rows]);
            c0 = NativeMath.MultiplyAdd(factor, Vector128.Load(values), c0);
            c1 = NativeMath.MultiplyAdd(factor, Vector128.Load(values + 4), c1);
            c2 = NativeMath.MultiplyAdd(factor, Vector128.Load(values + 8), c2);
            c3 = NativeMath.MultiplyAdd(factor, Vector128.Load(values + 12), c3);
            values += Width;
        }

        c0.Store(sums);
        c1.Store(sums + 4);
        c2.Store(sums + 8);
        c3.Store(sums + 12);
    }
}
