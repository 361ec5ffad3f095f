using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Products of two matrices that are both computed at run time (ONNX MatMul 13, Gemm 13 without a constant operand).</summary>
public static unsafe class MatMul
{
    /// <summary>Up to this many rows, packing the right operand costs more than reading it in place.</summary>
    private const int UnpackedRows = 28;

    /// <summary>Tells the number of scratch elements of a product.</summary>
    /// <param name="n">The number of columns.</param>
    /// <param name="k">The depth.</param>
    public static int ScratchLength(int n, int k) => GemmPacking.PackedLength(n, k);

    /// <summary>Computes y[i] = a[i] * b[i] for every matrix of a batch.</summary>
    /// <param name="a">The left operands, each [m, k], or [k, m] when <paramref name="transposeA"/>.</param>
    /// <param name="b">The right operands, each [k, n], or [n, k] when <paramref name="transposeB"/>.</param>
    /// <param name="y">The results, [batch, m, n].</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/> elements.</param>
    /// <param name="batch">The number of products.</param>
    /// <param name="m">The number of rows.</param>
    /// <param name="n">The number of columns.</param>
    /// <param name="k">The depth.</param>
    /// <param name="aBatchStride">The elements from a left operand to the next; 0 repeats one.</param>
    /// <param name="bBatchStride">The elements from a right operand to the next; 0 repeats one.</param>
    /// <param name="transposeA">Whether the left operands are stored transposed.</param>
    /// <param name="transposeB">Whether the right operands are stored transposed.</param>
    /// <exception cref="ArgumentException">A span is shorter than the sizes say, or a size is below its least value.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void F32(
        ReadOnlySpan<float> a,
        ReadOnlySpan<float> b,
        Span<float> y,
        Span<float> scratch,
        int batch,
        int m,
        int n,
        int k,
        int aBatchStride,
        int bBatchStride,
        bool transposeA,
        bool transposeB)
    {
        Throw.IfBelow(batch, 0, nameof(batch));
        Throw.IfBelow(m, 0, nameof(m));
        Throw.IfBelow(n, 0, nameof(n));
        Throw.IfBelow(k, 0, nameof(k));
        Throw.IfBelow(aBatchStride, 0, nameof(aBatchStride));
        Throw.IfBelow(bBatchStride, 0, nameof(bBatchStride));
        if (batch == 0 || m == 0 || n == 0)
        {
            return;
        }

        Throw.IfShorter(a.Length, ((batch - 1L) * aBatchStride) + ((long)m * k), nameof(a));
        Throw.IfShorter(b.Length, ((batch - 1L) * bBatchStride) + ((long)n * k), nameof(b));
        Throw.IfShorter(y.Length, (long)batch * m * n, nameof(y));
        Throw.IfShorter(scratch.Length, ScratchLength(n, k), nameof(scratch));
        if (k == 0)
        {
            y[..checked(batch * m * n)].Clear();
            return;
        }

        // A column of one row is stored like a row; one right operand for contiguous left ones makes one tall product.
        transposeA = transposeA && m > 1;
        if (bBatchStride == 0 && !transposeA && aBatchStride == (long)m * k)
        {
            m = checked(m * batch);
            batch = 1;
        }

        fixed (float* ap = a, bp = b, yp = y, scratchp = scratch)
        {
            var products = new Products(ap, bp, yp, scratchp, m, n, k, aBatchStride, bBatchStride, transposeA, transposeB);
            long work = (long)batch * m * n * k;
            if (batch > 1 && ThreadTeam.For(work) is { } team && batch >= team.Threads)
            {
                SharedRange.Run(team, products, batch, 1, work);
            }
            else
            {
                products.Run(0, batch);
            }
        }
    }

    /// <summary>Computes y[i] = a[i] * b[i] for every matrix of a batch, in any number type; integers wrap.</summary>
    /// <param name="a">The left operands, each [m, k].</param>
    /// <param name="b">The right operands, each [k, n].</param>
    /// <param name="y">The results, [batch, m, n]; must not overlap the operands.</param>
    /// <param name="batch">The number of products.</param>
    /// <param name="m">The number of rows.</param>
    /// <param name="n">The number of columns.</param>
    /// <param name="k">The depth.</param>
    /// <param name="aBatchStride">The elements from a left operand to the next; 0 repeats one.</param>
    /// <param name="bBatchStride">The elements from a right operand to the next; 0 repeats one.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Of<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y, int batch, int m, int n, int k, int aBatchStride, int bBatchStride)
        where T : unmanaged, INumber<T>
    {
        Throw.IfBelow(aBatchStride, 0, nameof(aBatchStride));
        Throw.IfBelow(bBatchStride, 0, nameof(bBatchStride));
        Throw.IfShorter(a.Length, batch == 0 ? 0 : ((batch - 1L) * aBatchStride) + ((long)m * k), nameof(a));
        Throw.IfShorter(b.Length, batch == 0 ? 0 : ((batch - 1L) * bBatchStride) + ((long)n * k), nameof(b));
        Throw.IfShorter(y.Length, (long)batch * m * n, nameof(y));
        for (int row = 0; row < batch * m; row++)
        {
            ReadOnlySpan<T> left = a.Slice((row / m * aBatchStride) + (row % m * k), k);
            ReadOnlySpan<T> right = b.Slice(row / m * bBatchStride, k * n);
            Span<T> result = y.Slice(row * n, n);
            if (n == 1)
            {
                result[0] = Dot(left, right);
                continue;
            }

            result.Clear();
            for (int l = 0; l < k; l++)
            {
                T factor = left[l];
                ReadOnlySpan<T> line = right.Slice(l * n, n);
                int j = 0;
                if (Vector<T>.IsSupported)
                {
                    Vector<T> factors = new(factor);
                    for (; j <= line.Length - Vector<T>.Count; j += Vector<T>.Count)
                    {
                        (new Vector<T>(result[j..]) + (factors * new Vector<T>(line[j..]))).CopyTo(result[j..]);
                    }
                }

                for (; j < line.Length; j++)
                {
                    result[j] = unchecked(result[j] + (factor * line[j]));
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static T Dot<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right)
        where T : unmanaged, INumber<T>
    {
        T sum = T.Zero;
        int i = 0;
        if (Vector<T>.IsSupported)
        {
            int count = Vector<T>.Count;
            Vector<T> first = Vector<T>.Zero;
            Vector<T> second = Vector<T>.Zero;
            for (; i <= left.Length - (2 * count); i += 2 * count)
            {
                first += new Vector<T>(left[i..]) * new Vector<T>(right[i..]);
                second += new Vector<T>(left[(i + count)..]) * new Vector<T>(right[(i + count)..]);
            }

            sum = Vector.Sum(first + second);
        }

        for (; i < left.Length; i++)
        {
            sum = unchecked(sum + (left[i] * right[i]));
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Product(float* a, float* b, float* y, float* scratch, int m, int n, int k, bool transposeA, bool transposeB, bool packed)
    {
        F32GemmTask task = F32GemmTask.Contiguous(m, n, k, Activation.None, 0f, 0f);
        if (transposeA)
        {
            task.RunLength = 1;
            task.InnerRuns = k;
            task.InnerStride = m;
            task.RowStride = 1;
        }

        if (!transposeB && m <= UnpackedRows)
        {
            Unpacked(&task, a, b, y, scratch, m, n, k, packed);
            return;
        }

        if (!packed)
        {
            if (transposeB)
            {
                F32PanelPacking.PackTransposed(b, scratch, n, k, k);
            }
            else
            {
                F32PanelPacking.Pack(b, scratch, n, k, n);
            }
        }

        if (transposeA)
        {
            F32GemmDriver.Run(&task, a, scratch, y, null, null, m, n);
        }
        else
        {
            Gemm.Run(&task, a, scratch, y, null, null, m, n);
        }
    }

    /// <summary>Reads whole panels in place; only the columns of a partial one are packed, because a micro-kernel reads whole panels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Unpacked(F32GemmTask* task, float* a, float* b, float* y, float* scratch, int m, int n, int k, bool packed)
    {
        int whole = n / GemmPacking.PanelWidth * GemmPacking.PanelWidth;
        if (whole > 0)
        {
            F32GemmTask inPlace = *task;
            inPlace.PanelStride = GemmPacking.PanelWidth;
            inPlace.DepthStep = n;
            F32GemmDriver.Run(&inPlace, a, b, y, null, null, m, whole);
        }

        if (whole < n)
        {
            if (!packed)
            {
                F32PanelPacking.Pack(b + whole, scratch, n - whole, k, n);
            }

            F32GemmDriver.Run(task, a, scratch, y + whole, null, null, m, n - whole);
        }
    }

    /// <summary>The products of a batch.</summary>
    private readonly struct Products(
        float* a, float* b, float* y, float* scratch, int m, int n, int k, nint aBatchStride, nint bBatchStride, bool transposeA, bool transposeB) : ISharedRange
    {
        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(nint first, nint end)
        {
            float* own = ThreadTeam.Memory(scratch, ScratchLength(n, k));
            for (nint i = first; i < end; i++)
            {
                bool packed = i > first && bBatchStride == 0;
                Product(a + (i * aBatchStride), b + (i * bBatchStride), y + (i * m * n), own, m, n, k, transposeA, transposeB, packed);
            }
        }
    }
}
