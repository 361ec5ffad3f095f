using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Packs the weights of a depthwise convolution: [kernelH * kernelW][channels].</summary>
public static class DepthwiseConvPacking
{
    /// <summary>Tells the number of elements of the packed weights.</summary>
    /// <param name="channels">The number of channels.</param>
    /// <param name="kernelH">The kernel's height.</param>
    /// <param name="kernelW">The kernel's width.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int PackedLength(int channels, int kernelH, int kernelW) => checked(channels * kernelH * kernelW);

    /// <summary>Packs weights.</summary>
    /// <param name="w">The weights as ONNX stores them, [channels, 1, kernelH, kernelW].</param>
    /// <param name="packed">Receives the packed weights; at least <see cref="PackedLength"/> elements.</param>
    /// <param name="channels">The number of channels.</param>
    /// <param name="kernelH">The kernel's height.</param>
    /// <param name="kernelW">The kernel's width.</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public static void Pack(ReadOnlySpan<float> w, Span<float> packed, int channels, int kernelH, int kernelW)
    {
        int length = PackedLength(channels, kernelH, kernelW);
        Throw.IfShorter(w.Length, length, nameof(w));
        Throw.IfShorter(packed.Length, length, nameof(packed));
        int positions = kernelH * kernelW;
        for (int position = 0; position < positions; position++)
        {
            for (int channel = 0; channel < channels; channel++)
            {
                packed[(position * channels) + channel] = w[(channel * positions) + position];
            }
        }
    }
}
