using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>Turns the rows of a product so that they lie side by side in vectors, and their sums back.</summary>
internal static unsafe class UnstructuredRows
{
    /// <summary>Columns whose sums are stored together: a cache line.</summary>
    private const int Together = 16;

    private const int Part = 4;

    /// <summary>tile[d * width + r] = x[r * stride + d].</summary>
    /// <param name="x">The first element.</param>
    /// <param name="stride">From a row to the next.</param>
    /// <param name="tile">The result.</param>
    /// <param name="width">The rows that a tile has.</param>
    /// <param name="rows">Those of them that there are.</param>
    /// <param name="depth">The elements of a row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Turn(float* x, nint stride, float* tile, nint width, int rows, int depth)
    {
        int row = 0;
        if (Avx512F.IsSupported)
        {
            for (; row + Vector512<float>.Count <= rows; row += Vector512<float>.Count)
            {
                float* from = x + (row * stride);
                float* to = tile + row;
                int d = 0;
                for (; d + Part <= depth; d += Part)
                {
                    Turn(from + d, stride, out Vector512<float> v0, out Vector512<float> v1, out Vector512<float> v2, out Vector512<float> v3);
                    float* target = to + (d * width);
                    v0.Store(target);
                    v1.Store(target + width);
                    v2.Store(target + (2 * width));
                    v3.Store(target + (3 * width));
                }

                MatrixTranspose.Run(from + d, stride, to + (d * width), width, Vector512<float>.Count, depth - d);
            }
        }
        else if (Avx.IsSupported)
        {
            for (; row + Vector256<float>.Count <= rows; row += Vector256<float>.Count)
            {
                float* from = x + (row * stride);
                float* to = tile + row;
                int d = 0;
                for (; d + Part <= depth; d += Part)
                {
                    Turn(from + d, stride, out Vector256<float> v0, out Vector256<float> v1, out Vector256<float> v2, out Vector256<float> v3);
                    float* target = to + (d * width);
                    v0.Store(target);
                    v1.Store(target + width);
                    v2.Store(target + (2 * width));
                    v3.Store(target + (3 * width));
                }

                MatrixTranspose.Run(from + d, stride, to + (d * width), width, Vector256<float>.Count, depth - d);
            }
        }

        MatrixTranspose.Run(x + (row * stride), stride, tile + row, width, rows - row, depth);
    }

    /// <summary>Stores sums: adds bias and residual and clamps. The second pass is the caller's.</summary>
    /// <param name="task">Limits, and the stride of the result.</param>
    /// <param name="sums">The sums, [columns, width].</param>
    /// <param name="width">The rows that a tile has, a multiple of 4.</param>
    /// <param name="y">The first result.</param>
    /// <param name="bias">One value per column, or null.</param>
    /// <param name="residual">The first summand, or null.</param>
    /// <param name="rows">The rows that there are.</param>
    /// <param name="columns">The columns.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Store(F32GemmTask* task, float* sums, nint width, float* y, float* bias, float* residual, int rows, int columns)
    {
        int first = 0;
        if (Avx512F.IsSupported)
        {
            for (; first + Together <= columns; first += Together)
            {
                Sixteen(task, sums + (first * width), width, y + first, bias == null ? null : bias + first, residual == null ? null : residual + first, rows);
            }
        }
        else if (Avx.IsSupported)
        {
            for (; first + Vector256<float>.Count <= columns; first += Vector256<float>.Count)
            {
                Eight(task, sums + (first * width), width, y + first, bias == null ? null : bias + first, residual == null ? null : residual + first, rows);
            }
        }

        for (; first < columns; first += Together)
        {
            int end = Math.Min(columns, first + Together);
            for (int row = 0; row < rows; row += Part)
            {
                int count = Math.Min(Part, rows - row);
                int column = first;
                for (; column + Part <= end; column += Part)
                {
                    nint target = (row * task->YStride) + column;
                    Store(task, sums + (column * width) + row, width, y + target, bias == null ? null : bias + column, residual == null ? null : residual + target, count);
                }

                for (; column < end; column++)
                {
                    for (int r = row; r < row + count; r++)
                    {
                        nint target = (r * task->YStride) + column;
                        F32GemmDriver.StoreSums(task, sums + (column * width) + r, y + target, bias == null ? null : bias + column, residual == null ? null : residual + target, 1);
                    }
                }
            }
        }
    }

    /// <summary>Stores sixteen columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sixteen(F32GemmTask* task, float* sums, nint width, float* y, float* bias, float* residual, int rows)
    {
        Vector512<float> low = Vector512.Create(task->Min);
        Vector512<float> high = Vector512.Create(task->Max);
        Vector512<float> added = bias == null ? Vector512<float>.Zero : Vector512.Load(bias);
        nint stride = task->YStride;
        for (; rows > 0; rows -= Part)
        {
            Turn(sums, width, out Vector512<float> v0, out Vector512<float> v1, out Vector512<float> v2, out Vector512<float> v3);
            v0 += added;
            v1 += added;
            v2 += added;
            v3 += added;
            if (residual != null)
            {
                v0 += Vector512.Load(residual);
                v1 += rows > 1 ? Vector512.Load(residual + stride) : default;
                v2 += rows > 2 ? Vector512.Load(residual + (2 * stride)) : default;
                v3 += rows > 3 ? Vector512.Load(residual + (3 * stride)) : default;
                residual += Part * stride;
            }

            VectorMath.Clamp(v0, low, high).Store(y);
            if (rows > 1)
            {
                VectorMath.Clamp(v1, low, high).Store(y + stride);
            }

            if (rows > 2)
            {
                VectorMath.Clamp(v2, low, high).Store(y + (2 * stride));
            }

            if (rows > 3)
            {
                VectorMath.Clamp(v3, low, high).Store(y + (3 * stride));
            }

            sums += Part;
            y += Part * stride;
        }
    }

    /// <summary>Stores eight columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Eight(F32GemmTask* task, float* sums, nint width, float* y, float* bias, float* residual, int rows)
    {
        Vector256<float> low = Vector256.Create(task->Min);
        Vector256<float> high = Vector256.Create(task->Max);
        Vector256<float> added = bias == null ? Vector256<float>.Zero : Vector256.Load(bias);
        nint stride = task->YStride;
        for (; rows > 0; rows -= Part)
        {
            Turn(sums, width, out Vector256<float> v0, out Vector256<float> v1, out Vector256<float> v2, out Vector256<float> v3);
            v0 += added;
            v1 += added;
            v2 += added;
            v3 += added;
            if (residual != null)
            {
                v0 += Vector256.Load(residual);
                v1 += rows > 1 ? Vector256.Load(residual + stride) : default;
                v2 += rows > 2 ? Vector256.Load(residual + (2 * stride)) : default;
                v3 += rows > 3 ? Vector256.Load(residual + (3 * stride)) : default;
                residual += Part * stride;
            }

            VectorMath.Clamp(v0, low, high).Store(y);
            if (rows > 1)
            {
                VectorMath.Clamp(v1, low, high).Store(y + stride);
            }

            if (rows > 2)
            {
                VectorMath.Clamp(v2, low, high).Store(y + (2 * stride));
            }

            if (rows > 3)
            {
                VectorMath.Clamp(v3, low, high).Store(y + (3 * stride));
            }

            sums += Part;
            y += Part * stride;
        }
    }

    /// <summary>Four elements of sixteen rows: of each four rows those of one 128 bits of the vectors, which are turned within 128 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn(float* x, nint stride, out Vector512<float> v0, out Vector512<float> v1, out Vector512<float> v2, out Vector512<float> v3)
    {
        Vector512<float> r0 = Quarters(x, 4 * stride);
        Vector512<float> r1 = Quarters(x + stride, 4 * stride);
        Vector512<float> r2 = Quarters(x + (2 * stride), 4 * stride);
        Vector512<float> r3 = Quarters(x + (3 * stride), 4 * stride);
        Vector512<float> a = Avx512F.UnpackLow(r0, r2);
        Vector512<float> b = Avx512F.UnpackHigh(r0, r2);
        Vector512<float> c = Avx512F.UnpackLow(r1, r3);
        Vector512<float> d = Avx512F.UnpackHigh(r1, r3);
        v0 = Avx512F.UnpackLow(a, c);
        v1 = Avx512F.UnpackHigh(a, c);
        v2 = Avx512F.UnpackLow(b, d);
        v3 = Avx512F.UnpackHigh(b, d);
    }

    /// <summary>Four elements of eight rows: of each four rows those of one 128 bits of the vectors, which are turned within 128 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn(float* x, nint stride, out Vector256<float> v0, out Vector256<float> v1, out Vector256<float> v2, out Vector256<float> v3)
    {
        Vector256<float> r0 = Halves(x, 4 * stride);
        Vector256<float> r1 = Halves(x + stride, 4 * stride);
        Vector256<float> r2 = Halves(x + (2 * stride), 4 * stride);
        Vector256<float> r3 = Halves(x + (3 * stride), 4 * stride);
        Vector256<float> a = Avx.UnpackLow(r0, r2);
        Vector256<float> b = Avx.UnpackHigh(r0, r2);
        Vector256<float> c = Avx.UnpackLow(r1, r3);
        Vector256<float> d = Avx.UnpackHigh(r1, r3);
        v0 = Avx.UnpackLow(a, c);
        v1 = Avx.UnpackHigh(a, c);
        v2 = Avx.UnpackLow(b, d);
        v3 = Avx.UnpackHigh(b, d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Quarters(float* x, nint stride)
    {
        Vector512<float> rows = Vector128.Load(x).ToVector256Unsafe().ToVector512Unsafe();
        rows = Avx512F.InsertVector128(rows, Vector128.Load(x + stride), 1);
        rows = Avx512F.InsertVector128(rows, Vector128.Load(x + (2 * stride)), 2);
        return Avx512F.InsertVector128(rows, Vector128.Load(x + (3 * stride)), 3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Halves(float* x, nint stride) => Vector256.Create(Vector128.Load(x), Vector128.Load(x + stride));

    /// <summary>Four columns of four rows, of which <paramref name="rows"/> are stored.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(F32GemmTask* task, float* sums, nint width, float* y, float* bias, float* residual, int rows)
    {
        Vector128<float> c0 = Vector128.Load(sums);
        Vector128<float> c1 = Vector128.Load(sums + width);
        Vector128<float> c2 = Vector128.Load(sums + (2 * width));
        Vector128<float> c3 = Vector128.Load(sums + (3 * width));
        Vector128<float> a = Unpack.Low(c0, c2);
        Vector128<float> b = Unpack.High(c0, c2);
        Vector128<float> c = Unpack.Low(c1, c3);
        Vector128<float> d = Unpack.High(c1, c3);
        Vector128<float> added = bias == null ? Vector128<float>.Zero : Vector128.Load(bias);
        nint stride = task->YStride;
        Store(task, Unpack.Low(a, c) + added, y, residual);
        if (rows > 1)
        {
            Store(task, Unpack.High(a, c) + added, y + stride, residual == null ? null : residual + stride);
        }

        if (rows > 2)
        {
            Store(task, Unpack.Low(b, d) + added, y + (2 * stride), residual == null ? null : residual + (2 * stride));
        }

        if (rows > 3)
        {
            Store(task, Unpack.High(b, d) + added, y + (3 * stride), residual == null ? null : residual + (3 * stride));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(F32GemmTask* task, Vector128<float> value, float* y, float* residual)
    {
        if (residual != null)
        {
            value += Vector128.Load(residual);
        }

        VectorMath.Clamp(value, Vector128.Create(task->Min), Vector128.Create(task->Max)).Store(y);
    }
}
