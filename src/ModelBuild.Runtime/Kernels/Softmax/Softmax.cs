using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>Normalised exponentials over the middle axis of [outer, axis, inner] (ONNX Softmax 13, LogSoftmax 13, Hardmax 13).</summary>
public static unsafe class Softmax
{
    /// <summary>What an element costs in times of moving its bytes: it is read three times and exponentiated.</summary>
    private const long Cost = 8;

    /// <summary>exp(x - max) / sum(exp(x - max)). A row that holds NaN or positive infinity, or only negative infinity, becomes NaN.</summary>
    /// <param name="x">The operand [outer, axisLength, inner].</param>
    /// <param name="y">The result, of the same shape; may be <paramref name="x"/>.</param>
    /// <param name="outer">The elements before the axis.</param>
    /// <param name="axisLength">The elements of the axis.</param>
    /// <param name="inner">The elements after the axis.</param>
    public static void F32(ReadOnlySpan<float> x, Span<float> y, int outer, int axisLength, int inner) =>
        Run(x, y, outer, axisLength, inner, logarithm: false);

    /// <summary>x - max - log(sum(exp(x - max))).</summary>
    /// <param name="x">The operand [outer, axisLength, inner].</param>
    /// <param name="y">The result, of the same shape; may be <paramref name="x"/>.</param>
    /// <param name="outer">The elements before the axis.</param>
    /// <param name="axisLength">The elements of the axis.</param>
    /// <param name="inner">The elements after the axis.</param>
    public static void LogF32(ReadOnlySpan<float> x, Span<float> y, int outer, int axisLength, int inner) =>
        Run(x, y, outer, axisLength, inner, logarithm: true);

    /// <summary>Either of them in binary64.</summary>
    /// <param name="x">The operand [outer, axisLength, inner].</param>
    /// <param name="y">The result, of the same shape; may be <paramref name="x"/>.</param>
    /// <param name="outer">The elements before the axis.</param>
    /// <param name="axisLength">The elements of the axis.</param>
    /// <param name="inner">The elements after the axis.</param>
    /// <param name="logarithm">Whether the logarithm is taken.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void F64(ReadOnlySpan<double> x, Span<double> y, int outer, int axisLength, int inner, bool logarithm)
    {
        long count = (long)outer * axisLength * inner;
        Throw.IfShorter(x.Length, count, nameof(x));
        Throw.IfShorter(y.Length, count, nameof(y));
        for (int run = 0; run < outer * inner; run++)
        {
            int first = (run / inner * axisLength * inner) + (run % inner);
            double max = double.NegativeInfinity;
            for (int k = 0; k < axisLength; k++)
            {
                max = Math.Max(max, x[first + (k * inner)]);
            }

            double sum = 0;
            for (int k = 0; k < axisLength; k++)
            {
                sum += Math.Exp(x[first + (k * inner)] - max);
            }

            double shift = Math.Log(sum);
            for (int k = 0; k < axisLength; k++)
            {
                double difference = x[first + (k * inner)] - max;
                y[first + (k * inner)] = logarithm ? difference - shift : Math.Exp(difference) / sum;
            }
        }
    }

    /// <summary>1 at the first largest element of the axis, 0 elsewhere.</summary>
    /// <param name="x">The operand [outer, axisLength, inner].</param>
    /// <param name="y">The result, of the same shape; must not overlap <paramref name="x"/>.</param>
    /// <param name="outer">The elements before the axis.</param>
    /// <param name="axisLength">The elements of the axis.</param>
    /// <param name="inner">The elements after the axis.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void HardF32(ReadOnlySpan<float> x, Span<float> y, int outer, int axisLength, int inner)
    {
        long count = (long)outer * axisLength * inner;
        Throw.IfShorter(x.Length, count, nameof(x));
        Throw.IfShorter(y.Length, count, nameof(y));
        y[..(int)count].Clear();
        for (int o = 0; o < outer; o++)
        {
            for (int i = 0; i < inner && axisLength > 0; i++)
            {
                int offset = (o * axisLength * inner) + i;
                int best = offset;
                for (int k = 1; k < axisLength; k++)
                {
                    int candidate = offset + (k * inner);
                    best = x[candidate] > x[best] ? candidate : best;
                }

                y[best] = 1f;
            }
        }
    }

    private static void Run(ReadOnlySpan<float> x, Span<float> y, int outer, int axisLength, int inner, bool logarithm)
    {
        long count = (long)outer * axisLength * inner;
        Throw.IfShorter(x.Length, count, nameof(x));
        Throw.IfShorter(y.Length, count, nameof(y));
        if (count == 0)
        {
            return;
        }

        fixed (float* px = x)
        fixed (float* py = y)
        {
            long work = Cost * count * sizeof(float);
            if (inner > 1)
            {
                int blocks = (inner + SoftmaxBlock.MaxColumns - 1) / SoftmaxBlock.MaxColumns;
                Share(new Columns(px, py, axisLength, inner, blocks, logarithm), (nint)outer * blocks, 1, work);
            }
            else
            {
                Share(new Rows(px, py, axisLength, logarithm), outer, 1, work);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Share<TRange>(TRange range, nint length, nint together, long work)
        where TRange : struct, ISharedRange
    {
        if (ThreadTeam.For(work) is { } team)
        {
            SharedRange.Run(team, range, length, together, work);
        }
        else
        {
            range.Run(0, length);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row(float* x, float* y, int length, bool logarithm)
    {
        if (!logarithm && length >= SoftmaxRow.LeastLength)
        {
            SoftmaxRow.Run(x, y, length);
        }
        else
        {
            ByLoops(x, y, length, logarithm);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void ByLoops(float* x, float* y, int length, bool logarithm)
    {
        float max = ReduceLoop.Row<float, ReduceOperators.Identity<float>, Binary.MaxOperator<float>>(default, x, length, float.NegativeInfinity);
        if (logarithm)
        {
            float sum = ReduceLoop.Row<float, ReduceOperators.ExpDifference, Binary.AddOperator<float>>(
                new ReduceOperators.ExpDifference(max), x, length, 0f);
            UnaryLoop.Run(new BoundOperators.Right<float, Binary.SubOperator<float>>(max), x, y, length);
            UnaryLoop.Run(new BoundOperators.Right<float, Binary.SubOperator<float>>(MathF.Log(sum)), y, y, length);
        }
        else
        {
            UnaryLoop.Run(new ReduceOperators.ExpDifference(max), x, y, length);
            float sum = ReduceLoop.Row<float, ReduceOperators.Identity<float>, Binary.AddOperator<float>>(default, y, length, 0f);
            UnaryLoop.Run(new BoundOperators.Right<float, Binary.MulOperator<float>>(1f / sum), y, y, length);
        }
    }

    private readonly struct Rows(float* x, float* y, int axisLength, bool logarithm) : ISharedRange
    {
        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(nint first, nint end)
        {
            if (!logarithm && axisLength < SoftmaxRow.LeastLength && Vector256.IsHardwareAccelerated)
            {
                SoftmaxShortRows.Run(x + (first * axisLength), y + (first * axisLength), end - first, axisLength);
                return;
            }

            for (nint o = first; o < end; o++)
            {
                Row(x + (o * axisLength), y + (o * axisLength), axisLength, logarithm);
            }
        }
    }

    /// <summary>Blocks of columns.</summary>
    private readonly struct Columns(float* x, float* y, int axisLength, int inner, int blocks, bool logarithm) : ISharedRange
    {
        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(nint first, nint end)
        {
            for (nint block = first; block < end; block++)
            {
                nint column = block % blocks * SoftmaxBlock.MaxColumns;
                nint offset = (block / blocks * axisLength * inner) + column;
                SoftmaxBlock.Run(x + offset, y + offset, axisLength, inner, Math.Min(SoftmaxBlock.MaxColumns, inner - column), logarithm);
            }
        }
    }
}
