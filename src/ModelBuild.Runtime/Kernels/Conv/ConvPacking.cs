using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>
/// Packs the weights of a convolution: for every group panels of 16 output channels, [group][ceil(outC / groups / 16)][kernelH * kernelW * inC / groups][16],
/// zero where channels are missing.
/// </summary>
public static class ConvPacking
{
    private const int Width = GemmPacking.PanelWidth;

    /// <summary>Tells the number of elements of the packed weights.</summary>
    /// <param name="outC">The output channels of all groups.</param>
    /// <param name="inC">The input channels of all groups.</param>
    /// <param name="kernelH">The kernel's height.</param>
    /// <param name="kernelW">The kernel's width.</param>
    /// <param name="groups">The number of groups.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int PackedLength(int outC, int inC, int kernelH, int kernelW, int groups) =>
        checked(groups * GemmPacking.PackedLength(outC / groups, kernelH * kernelW * (inC / groups)));

    /// <summary>Packs weights.</summary>
    /// <param name="w">The weights as ONNX stores them, [outC, inC / groups, kernelH, kernelW].</param>
    /// <param name="packed">Receives the panels; at least <see cref="PackedLength"/> elements.</param>
    /// <param name="outC">The output channels of all groups, a multiple of <paramref name="groups"/>.</param>
    /// <param name="inC">The input channels of all groups, a multiple of <paramref name="groups"/>.</param>
    /// <param name="kernelH">The kernel's height.</param>
    /// <param name="kernelW">The kernel's width.</param>
    /// <param name="groups">The number of groups.</param>
    /// <exception cref="ArgumentException">A span is too short, or the groups do not divide the channels.</exception>
    public static void Pack(ReadOnlySpan<float> w, Span<float> packed, int outC, int inC, int kernelH, int kernelW, int groups)
    {
        ConvGeometry.CheckGroups(inC, outC, groups);
        int positions = kernelH * kernelW;
        Throw.IfShorter(w.Length, (long)outC * (inC / groups) * positions, nameof(w));
        Throw.IfShorter(packed.Length, PackedLength(outC, inC, kernelH, kernelW, groups), nameof(packed));
        PackStrided(w, packed, outC, inC, positions, positions, groups);
    }

    /// <summary>Packs weights of which those of one input channel begin every <paramref name="inputStride"/> elements.</summary>
    internal static void PackStrided(ReadOnlySpan<float> w, Span<float> packed, int outC, int inC, int positions, int inputStride, int groups)
    {
        int outPerGroup = outC / groups;
        int inPerGroup = inC / groups;
        int target = 0;
        for (int group = 0; group < groups; group++)
        {
            for (int panel = 0; panel < outPerGroup; panel += Width)
            {
                for (int position = 0; position < positions; position++)
                {
                    for (int input = 0; input < inPerGroup; input++)
                    {
                        for (int lane = 0; lane < Width; lane++)
                        {
                            int output = panel + lane;
                            int source = (((((group * outPerGroup) + output) * inPerGroup) + input) * inputStride) + position;
                            packed[target++] = output < outPerGroup ? w[source] : 0f;
                        }
                    }
                }
            }
        }
    }
}
