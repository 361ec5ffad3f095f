namespace ModelBuild.Kernels;

/// <summary>Packs the weights of <see cref="DepthwiseConvU8S8"/>: [kernelH * kernelW][channels].</summary>
public static class DepthwiseConvU8S8Packing
{
    /// <summary>The number of bytes of the packed weights.</summary>
    public static int PackedLength(int channels, int kernelH, int kernelW) => checked(channels * kernelH * kernelW);

    /// <summary>Packs the weights.</summary>
    /// <param name="w">ONNX order with one input channel per group: [channels][1][kernelH][kernelW].</param>
    /// <param name="packed">The result, <see cref="PackedLength"/> bytes.</param>
    /// <param name="channels">The number of channels.</param>
    /// <param name="kernelH">The height of the kernel.</param>
    /// <param name="kernelW">The width of the kernel.</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public static void Pack(ReadOnlySpan<sbyte> w, Span<sbyte> packed, int channels, int kernelH, int kernelW)
    {
        int taps = kernelH * kernelW;
        Throw.IfShorter(w.Length, (long)channels * taps, nameof(w));
        Throw.IfShorter(packed.Length, (long)channels * taps, nameof(packed));
        for (int channel = 0; channel < channels; channel++)
        {
            for (int tap = 0; tap < taps; tap++)
            {
                packed[(tap * channels) + channel] = w[(channel * taps) + tap];
            }
        }
    }
}
