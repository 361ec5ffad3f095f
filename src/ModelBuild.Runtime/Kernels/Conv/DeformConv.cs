using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>The samples of a deformable convolution (ONNX DeformConv 22), which becomes a convolution of one element per window over them.</summary>
public static class DeformConv
{
    /// <summary>
    /// y[n, oy, ox, c, k] is x[n, c] at the place of kernel element k, moved by its offset, between elements by bilinear interpolation and 0 outside, times the mask.
    /// </summary>
    /// <param name="x">The images [batch, channels, inH, inW].</param>
    /// <param name="offset">The offsets [batch, offsetGroups, kernelH * kernelW, 2, outH, outW]: rows, then columns.</param>
    /// <param name="mask">Factors [batch, offsetGroups, kernelH * kernelW, outH, outW], or empty for 1.</param>
    /// <param name="y">The samples [batch, outH, outW, channels, kernelH * kernelW].</param>
    /// <param name="batch">The number of images.</param>
    /// <param name="channels">The channels of an image.</param>
    /// <param name="inH">The height of an image.</param>
    /// <param name="inW">The width of an image.</param>
    /// <param name="outH">The height of a result.</param>
    /// <param name="outW">The width of a result.</param>
    /// <param name="kernelH">The kernel's height.</param>
    /// <param name="kernelW">The kernel's width.</param>
    /// <param name="strideH">The vertical stride.</param>
    /// <param name="strideW">The horizontal stride.</param>
    /// <param name="padTop">The zero rows above the image.</param>
    /// <param name="padLeft">The zero columns left of the image.</param>
    /// <param name="dilationH">The vertical distance of kernel elements.</param>
    /// <param name="dilationW">The horizontal distance of kernel elements.</param>
    /// <param name="offsetGroups">The number of groups of channels with offsets of their own; it divides the channels.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SampleF32(
        ReadOnlySpan<float> x, ReadOnlySpan<float> offset, ReadOnlySpan<float> mask, Span<float> y, int batch, int channels, int inH, int inW, int outH, int outW, int kernelH, int kernelW,
        int strideH, int strideW, int padTop, int padLeft, int dilationH, int dilationW, int offsetGroups)
    {
        int kernel = kernelH * kernelW;
        int pixels = outH * outW;
        Throw.IfShorter(x.Length, (long)batch * channels * inH * inW, nameof(x));
        Throw.IfShorter(offset.Length, (long)batch * offsetGroups * kernel * 2 * pixels, nameof(offset));
        Throw.IfPresentAndShorter(mask.Length, (long)batch * offsetGroups * kernel * pixels, nameof(mask));
        Throw.IfShorter(y.Length, (long)batch * pixels * channels * kernel, nameof(y));
        int groupChannels = channels / offsetGroups;
        for (int n = 0; n < batch; n++)
        {
            for (int group = 0; group < offsetGroups; group++)
            {
                for (int k = 0; k < kernel; k++)
                {
                    int plane = (((n * offsetGroups) + group) * kernel) + k;
                    for (int p = 0; p < pixels; p++)
                    {
                        float row = (p / outW * strideH) - padTop + (k / kernelW * dilationH) + offset[(plane * 2 * pixels) + p];
                        float column = (p % outW * strideW) - padLeft + (k % kernelW * dilationW) + offset[((plane * 2) + 1) * pixels + p];
                        float factor = mask.IsEmpty ? 1f : mask[(plane * pixels) + p];
                        for (int c = group * groupChannels; c < (group + 1) * groupChannels; c++)
                        {
                            ReadOnlySpan<float> image = x.Slice(((n * channels) + c) * inH * inW, inH * inW);
                            y[((((n * pixels) + p) * channels) + c) * kernel + k] = factor * At(image, row, column, inH, inW);
                        }
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float At(ReadOnlySpan<float> image, float row, float column, int height, int width)
    {
        if (!(row > -1f && row < height && column > -1f && column < width))
        {
            return 0f;
        }

        int top = (int)MathF.Floor(row);
        int left = (int)MathF.Floor(column);
        float down = row - top;
        float across = column - left;
        float sum = 0f;
        for (int corner = 0; corner < 4; corner++)
        {
            int r = top + (corner >> 1);
            int c = left + (corner & 1);
            if ((uint)r < (uint)height && (uint)c < (uint)width)
            {
                sum += (corner >> 1 == 0 ? 1f - down : down) * ((corner & 1) == 0 ? 1f - across : across) * image[(r * width) + c];
            }
        }

        return sum;
    }
}
