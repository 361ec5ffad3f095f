using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Products of a matrix with a packed matrix (ONNX Gemm 13, MatMul 13 with a constant right operand).</summary>
public static unsafe partial class Gemm
{
    /// <summary>Computes y = activation(x * w + bias + residual).</summary>
    /// <param name="x">The left operand, [m, k].</param>
    /// <param name="w">The right operand, packed by <see cref="GemmPacking.Pack"/>.</param>
    /// <param name="bias">One value per column, [n], or empty.</param>
    /// <param name="residual">A summand, [m, n], or empty; it may be <paramref name="y"/>.</param>
    /// <param name="y">The result, [m, n].</param>
    /// <param name="m">The number of rows.</param>
    /// <param name="n">The number of columns, at least 1.</param>
    /// <param name="k">The depth, at least 1.</param>
    /// <param name="activation">The function applied to the result.</param>
    /// <param name="alpha">Its first parameter.</param>
    /// <param name="beta">Its second parameter.</param>
    /// <param name="isFinite">True when no weight is NaN or infinite, so that a zero of <paramref name="x"/> may leave its weights out.</param>
    /// <exception cref="ArgumentException">A span is shorter than the sizes say, or a size is below its least value.</exception>
    public static void F32(
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> w,
        ReadOnlySpan<float> bias,
        ReadOnlySpan<float> residual,
        Span<float> y,
        int m,
        int n,
        int k,
        Activation activation,
        float alpha,
        float beta,
        bool isFinite)
    {
        Throw.IfBelow(m, 0, nameof(m));
        Throw.IfBelow(n, 1, nameof(n));
        Throw.IfBelow(k, 1, nameof(k));
        Throw.IfShorter(x.Length, (long)m * k, nameof(x));
        Throw.IfShorter(w.Length, GemmPacking.PackedLength(n, k), nameof(w));
        Throw.IfPresentAndShorter(bias.Length, n, nameof(bias));
        Throw.IfPresentAndShorter(residual.Length, (long)m * n, nameof(residual));
        Throw.IfShorter(y.Length, (long)m * n, nameof(y));
        if (m == 0)
        {
            return;
        }

        F32GemmTask task = F32GemmTask.Contiguous(m, n, k, activation, alpha, beta);
        task.LeavesZerosOut = isFinite;
        fixed (float* xp = x, wp = w, biasp = bias, residualp = residual, yp = y)
        {
            Run(&task, xp, wp, yp, biasp, residualp, m, n);
        }
    }

    /// <summary>Computes a product whose left rows are contiguous and whose panels are packed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Run(F32GemmTask* task, float* x, float* w, float* y, float* bias, float* residual, int m, int n)
    {
        if (m == 1)
        {
            F32Gemv.Run(task, x, w, y, bias, residual, n);
        }
        else
        {
            F32GemmDriver.Run(task, x, w, y, bias, residual, m, n);
        }
    }
}
