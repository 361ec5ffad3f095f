using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>Reordering of axes (ONNX Transpose 25).</summary>
public static unsafe class Transpose
{
    private const int MaxRank = 16;
    private const int Block = 32;

    /// <summary>y[i_perm[0], i_perm[1], ...] = x[i_0, i_1, ...], that is axis k of the result is axis permutation[k] of the operand.</summary>
    /// <param name="x">The operand, dense.</param>
    /// <param name="y">The result, dense; must not overlap <paramref name="x"/>.</param>
    /// <param name="shape">The shape of <paramref name="x"/>.</param>
    /// <param name="permutation">The axis of <paramref name="x"/> for each axis of <paramref name="y"/>.</param>
    /// <exception cref="ArgumentException">The permutation is none, the rank is above 16, or a span is too short.</exception>
    public static void Run<T>(ReadOnlySpan<T> x, Span<T> y, ReadOnlySpan<int> shape, ReadOnlySpan<int> permutation)
        where T : unmanaged
    {
        int rank = shape.Length;
        if (permutation.Length != rank || rank > MaxRank)
        {
            Throw.Argument("The permutation must name every axis once, at most 16.", nameof(permutation));
        }

        Span<int> strides = stackalloc int[MaxRank];
        long count = 1;
        for (int axis = rank - 1; axis >= 0; axis--)
        {
            strides[axis] = (int)count;
            count = checked(count * shape[axis]);
        }

        Throw.IfShorter(x.Length, count, nameof(x));
        Throw.IfShorter(y.Length, count, nameof(y));
        if (count == 0)
        {
            return;
        }

        // The axes of the result with their strides in the operand; neighbours that stay neighbours are merged, length 1 is dropped.
        Span<int> lengths = stackalloc int[MaxRank];
        Span<int> sources = stackalloc int[MaxRank];
        int used = 0;
        uint seen = 0;
        for (int k = 0; k < rank; k++)
        {
            int axis = permutation[k];
            if ((uint)axis >= (uint)rank || (seen & (1u << axis)) != 0)
            {
                Throw.Argument("The permutation must name every axis once.", nameof(permutation));
            }

            seen |= 1u << axis;
            if (shape[axis] == 1)
            {
                continue;
            }

            if (used > 0 && sources[used - 1] == strides[axis] * shape[axis])
            {
                lengths[used - 1] *= shape[axis];
                sources[used - 1] = strides[axis];
                continue;
            }

            lengths[used] = shape[axis];
            sources[used++] = strides[axis];
        }

        fixed (T* px = x)
        fixed (T* py = y)
        {
            long work = 2L * count * sizeof(T);
            if (used > 1 && ThreadTeam.For(work) is { } team)
            {
                fixed (int* lengthsp = lengths, sourcesp = sources)
                {
                    SharedRange.Run(team, new Shared<T>(px, py, lengthsp, sourcesp, used), lengths[0], 1, work);
                }
            }
            else if (used == 2 && sources[0] == 1)
            {
                Matrix(px, sources[1], py, lengths[1], lengths[1], lengths[0]);
            }
            else
            {
                Walk(px, py, lengths[..used], sources[..used]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Walk<T>(T* x, T* y, Span<int> lengths, Span<int> sources)
        where T : unmanaged
    {
        int rank = lengths.Length;
        if (rank == 0)
        {
            *y = *x;
            return;
        }

        int inner = lengths[rank - 1];
        nint innerStride = sources[rank - 1];
        if (innerStride == 1)
        {
            int outerRank = rank - 1;
            Span<int> index = stackalloc int[MaxRank];
            index.Clear();
            T* source = x;
            do
            {
                new ReadOnlySpan<T>(source, inner).CopyTo(new Span<T>(y, inner));
                y += inner;
            }
            while (Next(ref source, index, lengths, sources, outerRank));

            return;
        }

        // The axis that is contiguous in the operand and the innermost of the result are a matrix transpose; all others are walked.
        int column = sources.IndexOf(1);
        int columns = lengths[column];
        nint columnStride = 1;
        for (int k = column + 1; k < rank; k++)
        {
            columnStride *= lengths[k];
        }

        Span<int> position = stackalloc int[MaxRank];
        position.Clear();
        T* from = x;
        nint target = 0;
        while (true)
        {
            Matrix(from, innerStride, y + target, columnStride, inner, columns);
            int axis = rank - 2;
            nint step = inner;
            while (axis >= 0)
            {
                if (axis != column)
                {
                    from += sources[axis];
                    target += step;
                    if (++position[axis] < lengths[axis])
                    {
                        break;
                    }

                    from -= (nint)sources[axis] * lengths[axis];
                    target -= step * lengths[axis];
                    position[axis] = 0;
                }

                step *= lengths[axis];
                axis--;
            }

            if (axis < 0)
            {
                return;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool Next<T>(ref T* source, Span<int> index, Span<int> lengths, Span<int> sources, int rank)
        where T : unmanaged
    {
        for (int axis = rank - 1; axis >= 0; axis--)
        {
            source += sources[axis];
            if (++index[axis] < lengths[axis])
            {
                return true;
            }

            source -= (nint)sources[axis] * lengths[axis];
            index[axis] = 0;
        }

        return false;
    }

    /// <summary>y[c * yStride + r] = x[r * xStride + c].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Matrix<T>(T* x, nint xStride, T* y, nint yStride, int rows, int columns)
        where T : unmanaged
    {
        if (sizeof(T) == 4 && rows is 2 or 3 && yStride == rows)
        {
            int done = Interleave((float*)x, xStride, (float*)y, rows, columns);
            x += done;
            y += done * yStride;
            columns -= done;
        }

        if (sizeof(T) == 1 && rows == 3 && yStride == 3 && HasZip)
        {
            int done = InterleaveBytes((byte*)x, xStride, (byte*)y, columns);
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

    /// <summary>
    /// Two or three rows, such as the planes of a picture, whose columns become neighbours: each is stored with four elements, and the next one overwrites what is too much.
    /// Returns the columns done; one at least is left.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Interleave(float* x, nint xStride, float* y, int rows, int columns)
    {
        int c = 0;
        if (Avx512F.IsSupported && rows == InterleavedPlanes.Count)
        {
            c = InterleavedPlanes.Run(x, xStride, y, columns - 1);
            y += c * rows;
        }

        for (; c + 4 < columns; c += 4)
        {
            Vector128<float> r0 = Vector128.Load(x + c);
            Vector128<float> r1 = Vector128.Load(x + xStride + c);
            Vector128<float> r2 = Vector128.Load(x + ((rows - 1) * xStride) + c);
            Vector128<float> low = UnpackLow(r0, r2);
            Vector128<float> high = UnpackHigh(r0, r2);
            Vector128<float> lowOthers = UnpackLow(r1, r2);
            Vector128<float> highOthers = UnpackHigh(r1, r2);
            UnpackLow(low, lowOthers).Store(y);
            UnpackHigh(low, lowOthers).Store(y + rows);
            UnpackLow(high, highOthers).Store(y + (2 * rows));
            UnpackHigh(high, highOthers).Store(y + (3 * rows));
            y += 4 * rows;
        }

        return c;
    }

    /// <summary>
    /// Three rows of bytes, the planes of a picture, whose columns become neighbours: four columns are stored with 16 bytes, and the next four overwrite what is too much.
    /// Returns the columns done; two at least are left.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int InterleaveBytes(byte* x, nint xStride, byte* y, int columns)
    {
        // Of four bytes the last is dropped.
        Vector128<byte> threes = Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 15, 15, 15, 15);
        int c = 0;
        if (Avx512Vbmi.IsSupported)
        {
            c = InterleavedPlanes.Run(x, xStride, y, columns - 2);
            y += 3 * c;
        }

        for (; c + 18 <= columns; c += 16)
        {
            Vector128<byte> r0 = Vector128.Load(x + c);
            Vector128<byte> r1 = Vector128.Load(x + xStride + c);
            Vector128<byte> r2 = Vector128.Load(x + (2 * xStride) + c);
            (Vector128<ushort> low, Vector128<ushort> high) = (ZipLow(r0, r1).AsUInt16(), ZipHigh(r0, r1).AsUInt16());
            (Vector128<ushort> lowOthers, Vector128<ushort> highOthers) = (ZipLow(r2, r2).AsUInt16(), ZipHigh(r2, r2).AsUInt16());
            Vector128.Shuffle(ZipLow(low, lowOthers).AsByte(), threes).Store(y);
            Vector128.Shuffle(ZipHigh(low, lowOthers).AsByte(), threes).Store(y + 12);
            Vector128.Shuffle(ZipLow(high, highOthers).AsByte(), threes).Store(y + 24);
            Vector128.Shuffle(ZipHigh(high, highOthers).AsByte(), threes).Store(y + 36);
            y += 48;
        }

        return c;
    }

    private static bool HasZip => Sse2.IsSupported || AdvSimd.Arm64.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> ZipLow(Vector128<byte> a, Vector128<byte> b) => Sse2.IsSupported ? Sse2.UnpackLow(a, b) : AdvSimd.Arm64.ZipLow(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> ZipHigh(Vector128<byte> a, Vector128<byte> b) => Sse2.IsSupported ? Sse2.UnpackHigh(a, b) : AdvSimd.Arm64.ZipHigh(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ushort> ZipLow(Vector128<ushort> a, Vector128<ushort> b) => Sse2.IsSupported ? Sse2.UnpackLow(a, b) : AdvSimd.Arm64.ZipLow(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ushort> ZipHigh(Vector128<ushort> a, Vector128<ushort> b) => Sse2.IsSupported ? Sse2.UnpackHigh(a, b) : AdvSimd.Arm64.ZipHigh(a, b);

    /// <summary>y[c * yStride + r] = x[r * xStride + c] for four rows and columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void FourByFour(float* x, nint xStride, float* y, nint yStride)
    {
        Vector128<float> r0 = Vector128.Load(x);
        Vector128<float> r1 = Vector128.Load(x + xStride);
        Vector128<float> r2 = Vector128.Load(x + (2 * xStride));
        Vector128<float> r3 = Vector128.Load(x + (3 * xStride));
        Vector128<float> a = UnpackLow(r0, r2);
        Vector128<float> b = UnpackHigh(r0, r2);
        Vector128<float> c = UnpackLow(r1, r3);
        Vector128<float> d = UnpackHigh(r1, r3);
        UnpackLow(a, c).Store(y);
        UnpackHigh(a, c).Store(y + yStride);
        UnpackLow(b, d).Store(y + (2 * yStride));
        UnpackHigh(b, d).Store(y + (3 * yStride));
    }

    /// <summary>a0, b0, a1, b1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<float> UnpackLow(Vector128<float> a, Vector128<float> b)
    {
        if (Sse.IsSupported)
        {
            return Sse.UnpackLow(a, b);
        }

        return AdvSimd.Arm64.IsSupported
            ? AdvSimd.Arm64.ZipLow(a, b)
            : Vector128.Create(a[0], b[0], a[1], b[1]);
    }

    /// <summary>a2, b2, a3, b3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<float> UnpackHigh(Vector128<float> a, Vector128<float> b)
    {
        if (Sse.IsSupported)
        {
            return Sse.UnpackHigh(a, b);
        }

        return AdvSimd.Arm64.IsSupported
            ? AdvSimd.Arm64.ZipHigh(a, b)
            : Vector128.Create(a[2], b[2], a[3], b[3]);
    }

    /// <summary>A transpose of some positions of the result's first axis.</summary>
    private readonly struct Shared<T>(T* x, T* y, int* lengths, int* sources, int rank) : ISharedRange
        where T : unmanaged
    {
        /// <inheritdoc/>
        public void Run(nint first, nint end)
        {
            Span<int> part = stackalloc int[MaxRank];
            new ReadOnlySpan<int>(lengths, rank).CopyTo(part);
            part[0] = (int)(end - first);
            nint step = 1;
            for (int k = 1; k < rank; k++)
            {
                step *= lengths[k];
            }

            Walk(x + (first * sources[0]), y + (first * step), part[..rank], new Span<int>(sources, rank));
        }
    }
}
