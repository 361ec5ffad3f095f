using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>
/// Packs the weights of a convolution over planes: blocks of 8 output channels, [ceil(outC / 8)][inC][kernelH][kernelW][8], zero where channels are missing.
/// </summary>
public static class PlanarConvPacking
{
    /// <summary>The output channels of a block.</summary>
    public const int ChannelsTogether = 8;

    /// <summary>Tells the number of elements of the packed weights.</summary>
    /// <param name="outC">The output channels.</param>
    /// <param name="inC">The input channels.</param>
    /// <param name="kernelH">The kernel's height.</param>
    /// <param name="kernelW">The kernel's width.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int PackedLength(int outC, int inC, int kernelH, int kernelW) => checked((outC + ChannelsTogether - 1) / ChannelsTogether * ChannelsTogether * inC * kernelH * kernelW);

    /// <summary>Packs weights.</summary>
    /// <param name="w">The weights as ONNX stores them, [outC, inC, kernelH, kernelW].</param>
    /// <param name="packed">Receives the blocks; at least <see cref="PackedLength"/> elements.</param>
    /// <param name="outC">The output channels.</param>
    /// <param name="inC">The input channels.</param>
    /// <param name="kernelH">The kernel's height.</param>
    /// <param name="kernelW">The kernel's width.</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public static void Pack(ReadOnlySpan<float> w, Span<float> packed, int outC, int inC, int kernelH, int kernelW)
    {
        int taps = inC * kernelH * kernelW;
        Throw.IfShorter(w.Length, (long)outC * taps, nameof(w));
        int length = PackedLength(outC, inC, kernelH, kernelW);
        Throw.IfShorter(packed.Length, length, nameof(packed));
        for (int i = 0; i < length; i++)
        {
            int channel = (i / (taps * ChannelsTogether) * ChannelsTogether) + (i % ChannelsTogether);
            packed[i] = channel < outC ? w[(channel * taps) + (i / ChannelsTogether % taps)] : 0f;
        }
    }
}
