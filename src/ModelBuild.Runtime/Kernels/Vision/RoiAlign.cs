using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Pools regions of images by bilinear samples (ONNX RoiAlign 22).</summary>
public static class RoiAlign
{
    /// <summary>
    /// Each region is divided into outH x outW bins and each bin is sampled on a grid of its own: the mean of the samples, or the largest product of an element around a sample
    /// and its weight. A sample more than one element outside of the image is 0.
    /// </summary>
    /// <param name="x">The images [batch, channels, inH, inW].</param>
    /// <param name="rois">The regions [regions, 4]: left, top, right, bottom.</param>
    /// <param name="batchIndices">The image of each region.</param>
    /// <param name="y">The result [regions, channels, outH, outW].</param>
    /// <param name="batch">The number of images.</param>
    /// <param name="channels">The channels.</param>
    /// <param name="inH">The rows of an image.</param>
    /// <param name="inW">The columns of an image.</param>
    /// <param name="regions">The number of regions.</param>
    /// <param name="outH">The bins of a region along its height.</param>
    /// <param name="outW">The bins of a region along its width.</param>
    /// <param name="samplingRatio">The samples of a bin along each axis; 0 for as many as it has elements.</param>
    /// <param name="spatialScale">What the regions' coordinates are multiplied by.</param>
    /// <param name="halfPixel">Whether coordinates refer to the corners of elements, else to their centres.</param>
    /// <param name="isMax">Whether bins are pooled by their maximum.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void F32(
        ReadOnlySpan<float> x, ReadOnlySpan<float> rois, ReadOnlySpan<long> batchIndices, Span<float> y, int batch, int channels, int inH, int inW, int regions, int outH, int outW,
        int samplingRatio, float spatialScale, bool halfPixel, bool isMax)
    {
        Throw.IfShorter(x.Length, (long)batch * channels * inH * inW, nameof(x));
        Throw.IfShorter(rois.Length, (long)regions * 4, nameof(rois));
        Throw.IfShorter(batchIndices.Length, regions, nameof(batchIndices));
        Throw.IfShorter(y.Length, (long)regions * channels * outH * outW, nameof(y));
        float shift = halfPixel ? 0.5f : 0f;
        for (int r = 0; r < regions; r++)
        {
            long image = batchIndices[r];
            if ((ulong)image >= (ulong)batch)
            {
                Throw.OutOfRange(nameof(batchIndices), image, $"The image must be from 0 to {batch - 1}.");
            }

            ReadOnlySpan<float> region = rois.Slice(r * 4, 4);
            float left = (region[0] * spatialScale) - shift;
            float top = (region[1] * spatialScale) - shift;
            float width = (region[2] * spatialScale) - shift - left;
            float height = (region[3] * spatialScale) - shift - top;
            if (!halfPixel)
            {
                width = MathF.Max(width, 1f);
                height = MathF.Max(height, 1f);
            }

            float binH = height / outH;
            float binW = width / outW;
            int gridH = samplingRatio > 0 ? samplingRatio : Math.Max(0, (int)MathF.Ceiling(binH));
            int gridW = samplingRatio > 0 ? samplingRatio : Math.Max(0, (int)MathF.Ceiling(binW));
            for (int c = 0; c < channels; c++)
            {
                ReadOnlySpan<float> plane = x.Slice((((int)image * channels) + c) * inH * inW, inH * inW);
                Span<float> bins = y.Slice(((r * channels) + c) * outH * outW, outH * outW);
                for (int bin = 0; bin < bins.Length; bin++)
                {
                    float result = 0f;
                    for (int sample = 0; sample < gridH * gridW; sample++)
                    {
                        float row = top + (bin / outW * binH) + (((sample / gridW) + 0.5f) * binH / gridH);
                        float column = left + (bin % outW * binW) + (((sample % gridW) + 0.5f) * binW / gridW);
                        float value = Sample(plane, row, column, inH, inW, isMax);
                        result = !isMax ? result + value : sample == 0 ? value : MathF.Max(result, value);
                    }

                    bins[bin] = isMax ? result : result / Math.Max(gridH * gridW, 1);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Sample(ReadOnlySpan<float> plane, float row, float column, int height, int width, bool isMax)
    {
        if (!(row >= -1f && row <= height && column >= -1f && column <= width))
        {
            return 0f;
        }

        row = MathF.Max(row, 0f);
        column = MathF.Max(column, 0f);
        int top = Math.Min((int)row, height - 1);
        int left = Math.Min((int)column, width - 1);
        int bottom = Math.Min(top + 1, height - 1);
        int right = Math.Min(left + 1, width - 1);
        float down = top == bottom ? 0f : row - top;
        float across = left == right ? 0f : column - left;
        float a = (1f - down) * (1f - across) * plane[(top * width) + left];
        float b = (1f - down) * across * plane[(top * width) + right];
        float c = down * (1f - across) * plane[(bottom * width) + left];
        float d = down * across * plane[(bottom * width) + right];
        return isMax ? MathF.Max(MathF.Max(a, b), MathF.Max(c, d)) : a + b + c + d;
    }
}
