using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Import.Keras;

/// <summary>Keras's weight layouts as ONNX's.</summary>
internal static class KerasKernels
{
    /// <summary>(height, width, in, out) to (out, in, height, width).</summary>
    public static Tensor ToOihw(Tensor kernel)
    {
        (int h, int w, int inputs, int outputs) = Sizes(kernel);
        return Permute(kernel, [outputs, inputs, h, w], (y, x, i, o) => (((o * inputs) + i) * h + y) * w + x);
    }

    /// <summary>(height, width, channels, multiplier) to (channels * multiplier, 1, height, width).</summary>
    public static Tensor DepthwiseToOihw(Tensor kernel)
    {
        (int h, int w, int channels, int multiplier) = Sizes(kernel);
        return Permute(kernel, [channels * multiplier, 1, h, w], (y, x, c, m) => (((c * multiplier) + m) * h + y) * w + x);
    }

    private static (int H, int W, int C, int D) Sizes(Tensor kernel) => ((int)kernel.Dims[0], (int)kernel.Dims[1], (int)kernel.Dims[2], (int)kernel.Dims[3]);

    private static Tensor Permute(Tensor kernel, ReadOnlySpan<long> dims, Func<int, int, int, int, int> target)
    {
        (int h, int w, int c, int d) = Sizes(kernel);
        Tensor result = new(DType.F32, dims);
        ReadOnlySpan<float> from = kernel.Span<float>();
        Span<float> to = result.MutableSpan<float>();
        int source = 0;
        for (int y = 0; y < h; y++)
        {
            for (int x = 0; x < w; x++)
            {
                for (int i = 0; i < c; i++)
                {
                    for (int o = 0; o < d; o++)
                    {
                        to[target(y, x, i, o)] = from[source++];
                    }
                }
            }
        }

        return result;
    }
}
