using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>p-norm over windows of an NHWC tensor (ONNX LpPool 22, GlobalLpPool 22).</summary>
public static unsafe class LpPool
{
    /// <summary>The p-norm of each window, summed in double precision; padding counts as zeros.</summary>
    /// <param name="x">The input [batch, inH, inW, channels].</param>
    /// <param name="y">The result [batch, outH, outW, channels]; must not overlap <paramref name="x"/>.</param>
    /// <param name="batch">The number of images.</param>
    /// <param name="inH">The rows of the input.</param>
    /// <param name="inW">The columns of the input.</param>
    /// <param name="channels">The channels.</param>
    /// <param name="outH">The rows of the result.</param>
    /// <param name="outW">The columns of the result.</param>
    /// <param name="kernelH">The rows of a window.</param>
    /// <param name="kernelW">The columns of a window.</param>
    /// <param name="strideH">The rows from a window to the next.</param>
    /// <param name="strideW">The columns from a window to the next.</param>
    /// <param name="padTop">The rows of padding above.</param>
    /// <param name="padLeft">The columns of padding on the left.</param>
    /// <param name="dilationH">The rows from an element of a window to the next.</param>
    /// <param name="dilationW">The columns from an element of a window to the next.</param>
    /// <param name="p">The order of the norm, at least 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void F32(
        ReadOnlySpan<float> x, Span<float> y, int batch, int inH, int inW, int channels, int outH, int outW, int kernelH, int kernelW,
        int strideH, int strideW, int padTop, int padLeft, int dilationH, int dilationW, int p)
    {
        Throw.IfShorter(x.Length, (long)batch * inH * inW * channels, nameof(x));
        Throw.IfShorter(y.Length, (long)batch * outH * outW * channels, nameof(y));
        fixed (float* px = x)
        fixed (float* py = y)
        {
            float* result = py;
            for (int n = 0; n < batch; n++)
            {
                float* image = px + ((nint)n * inH * inW * channels);
                for (int oy = 0; oy < outH; oy++)
                {
                    var rows = new PoolWindow(oy, kernelH, strideH, padTop, dilationH, inH);
                    for (int ox = 0; ox < outW; ox++)
                    {
                        var columns = new PoolWindow(ox, kernelW, strideW, padLeft, dilationW, inW);
                        for (int c = 0; c < channels; c++)
                        {
                            double sum = 0;
                            for (int r = 0; r < rows.Count; r++)
                            {
                                float* row = image + ((nint)(rows.Start + (r * dilationH)) * inW * channels) + c;
                                for (int k = 0; k < columns.Count; k++)
                                {
                                    sum += Power(row[(nint)(columns.Start + (k * dilationW)) * channels], p);
                                }
                            }

                            *result++ = Root(sum, p);
                        }
                    }
                }
            }
        }
    }

    /// <summary>The norm of a sum of powers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static float Root(double sum, int p) => p == 1 ? (float)sum : p == 2 ? (float)Math.Sqrt(sum) : (float)Math.Pow(sum, 1.0 / p);

    /// <summary>A power of a magnitude.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static double Power(double x, int p) => p switch
    {
        1 => Math.Abs(x),
        2 => x * x,
        _ => Math.Pow(Math.Abs(x), p),
    };
}
