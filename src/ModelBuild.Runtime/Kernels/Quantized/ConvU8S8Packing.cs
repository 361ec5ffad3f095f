using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>
/// Packs the weights of <see cref="ConvU8S8"/>: [group][ceil(outC per group / 16)][run][ceil(run length / 4)][16][4]. A run is one kernel row (kernelW * inC values)
/// where that is contiguous in the input, else (groups, or dilation along the width) one kernel element.
/// </summary>
public static class ConvU8S8Packing
{
    /// <summary>The number of bytes of the packed weights.</summary>
    public static int PackedLength(int outC, int inC, int kernelH, int kernelW, int dilationW, int groups)
    {
        DotRuns runs = Runs(inC, kernelH, kernelW, dilationW, groups);
        return checked(groups * DotPanel.Count(outC / groups) * DotPanel.Length(runs.Count, runs.Length));
    }

    /// <summary>Packs the weights of a convolution.</summary>
    /// <param name="w">ONNX order: [outC][inC / groups][kernelH][kernelW].</param>
    /// <param name="packed">The result, <see cref="PackedLength"/> bytes.</param>
    /// <param name="outC">All output channels.</param>
    /// <param name="inC">All input channels.</param>
    /// <param name="kernelH">The height of the kernel.</param>
    /// <param name="kernelW">The width of the kernel.</param>
    /// <param name="dilationW">The dilation along the width.</param>
    /// <param name="groups">The number of groups; divides both channel counts.</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public static void Pack(ReadOnlySpan<sbyte> w, Span<sbyte> packed, int outC, int inC, int kernelH, int kernelW, int dilationW, int groups)
    {
        int inPerGroup = inC / groups;
        int outPerGroup = outC / groups;
        int length = PackedLength(outC, inC, kernelH, kernelW, dilationW, groups);
        Throw.IfShorter(w.Length, (long)outC * inPerGroup * kernelH * kernelW, nameof(w));
        Throw.IfShorter(packed.Length, length, nameof(packed));
        packed[..length].Clear();
        DotRuns runs = Runs(inC, kernelH, kernelW, dilationW, groups);
        int panel = DotPanel.Length(runs.Count, runs.Length);
        int runBytes = DotPanel.Length(1, runs.Length);
        for (int o = 0; o < outC; o++)
        {
            int inGroup = o % outPerGroup;
            int first = (((o / outPerGroup) * DotPanel.Count(outPerGroup)) + (inGroup / DotPanel.Columns)) * panel;
            int lane = inGroup % DotPanel.Columns;
            for (int i = 0; i < inPerGroup; i++)
            {
                for (int y = 0; y < kernelH; y++)
                {
                    for (int x = 0; x < kernelW; x++)
                    {
                        int run = runs.InnerCount == 1 ? y : (y * kernelW) + x;
                        int position = runs.InnerCount == 1 ? (x * inPerGroup) + i : i;
                        packed[first + (run * runBytes) + (position / 4 * 4 * DotPanel.Columns) + (lane * 4) + (position % 4)] =
                            w[(((((o * inPerGroup) + i) * kernelH) + y) * kernelW) + x];
                    }
                }
            }
        }
    }

    /// <summary>The sum of the weights of every output channel.</summary>
    /// <param name="w">ONNX order: [outC][...].</param>
    /// <param name="sums">The result, outC values.</param>
    /// <param name="outC">The output channels.</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public static void ChannelSums(ReadOnlySpan<sbyte> w, Span<int> sums, int outC)
    {
        Throw.IfShorter(sums.Length, outC, nameof(sums));
        int length = w.Length / outC;
        for (int o = 0; o < outC; o++)
        {
            int sum = 0;
            foreach (sbyte value in w.Slice(o * length, length))
            {
                sum += value;
            }

            sums[o] = sum;
        }
    }

    /// <summary>The runs of a window, without strides.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static DotRuns Runs(int inC, int kernelH, int kernelW, int dilationW, int groups)
    {
        bool rows = groups == 1 && (dilationW == 1 || kernelW == 1);
        int length = rows ? kernelW * inC : groups == 1 ? inC : inC / groups;
        return new DotRuns { OuterCount = kernelH, InnerCount = rows ? 1 : kernelW, Length = length, Quads = (length + 3) / 4 };
    }
}
