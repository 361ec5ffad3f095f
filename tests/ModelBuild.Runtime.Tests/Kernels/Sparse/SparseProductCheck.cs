using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Kernels.Activations;
using ModelBuild.Runtime.Tests.Kernels.Gemm;

namespace ModelBuild.Runtime.Tests.Kernels.Sparse;

/// <summary>Products that leave zeros out against the dense product in double precision.</summary>
internal static class SparseProductCheck
{
    /// <summary>Checks y = f(x * w + bias + residual); bias and residual may be empty.</summary>
    internal static void Near(
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> w,
        ReadOnlySpan<float> bias,
        ReadOnlySpan<float> residual,
        ReadOnlySpan<float> y,
        (int M, int N, int K) size,
        (Activation Function, float Alpha, float Beta) activation,
        string what)
    {
        (int m, int n, int k) = size;
        for (int row = 0; row < m; row++)
        {
            for (int column = 0; column < n; column++)
            {
                double sum = (bias.IsEmpty ? 0 : bias[column]) + (residual.IsEmpty ? 0 : residual[(row * n) + column]);
                double magnitude = 2;
                for (int depth = 0; depth < k; depth++)
                {
                    double product = (double)x[(row * k) + depth] * w[(depth * n) + column];
                    sum += product;
                    magnitude += Math.Abs(product);
                }

                double expected = ReferenceMath.Apply(activation.Function, sum, activation.Alpha, activation.Beta);
                ProductCheck.Near(expected, y[(row * n) + column], magnitude, k, activation.Function > Activation.Clip, $"{what} [{row},{column}]");
            }
        }
    }
}
