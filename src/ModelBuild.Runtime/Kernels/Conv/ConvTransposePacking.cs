using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>
/// Packs the weights of a transposed convolution: for every group the panels of a matrix of inC / groups rows and kernelH * kernelW * outC / groups columns.
/// </summary>
public static class ConvTransposePacking
{
    /// <summary>Tells the number of elements of the packed weights.</summary>
    /// <param name="outC">The output channels of all groups.</param>
    /// <param name="inC">The input channels of all groups.</param>
    /// <param name="kernelH">The kernel's height.</param>
    /// <param name="kernelW">The kernel's width.</param>
    /// <param name="groups">The number of groups.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int PackedLength(int outC, int inC, int kernelH, int kernelW, int groups) =>
        checked(groups * GemmPacking.PackedLength(kernelH * kernelW * (outC / groups), inC / groups));

    /// <summary>Packs weights.</summary>
    /// <param name="w">The weights as ONNX stores them, [inC, outC / groups, kernelH, kernelW].</param>
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
        Throw.IfShorter(w.Length, (long)inC * (outC / groups) * positions, nameof(w));
        Throw.IfShorter(packed.Length, PackedLength(outC, inC, kernelH, kernelW, groups), nameof(packed));
        PackStrided(w, packed, outC, inC, positions, positions, groups);
    }

    /// <summary>Packs weights of which those of one output channel begin every <paramref name="outputStride"/> elements.</summary>
    internal static void PackStrided(ReadOnlySpan<float> w, Span<float> packed, int outC, int inC, int positions, int outputStride, int groups)
    {
        int outPerGroup = outC / groups;
        int inPerGroup = inC / groups;
        int columns = positions * outPerGroup;
        int target = 0;
        for (int group = 0; group < groups; group++)
        {
            for (int panel = 0; panel < columns; panel += GemmPacking.PanelWidth)
            {
                for (int input = 0; input < inPerGroup; input++)
                {
                    for (int column = panel; column < panel + GemmPacking.PanelWidth; column++)
                    {
                        int position = column / outPerGroup;
                        int output = column % outPerGroup;
                        int source = (((((group * inPerGroup) + input) * outPerGroup) + output) * outputStride) + position;
                        packed[target++] = column < columns ? w[source] : 0f;
                    }
                }
            }
        }
    }
}
