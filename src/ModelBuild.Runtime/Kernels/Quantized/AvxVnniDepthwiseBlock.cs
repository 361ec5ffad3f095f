using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>The operands of 32 bytes of <see cref="AvxVnniDepthwise"/> in the order of its lanes, and its memory. Lives on the stack.</summary>
internal unsafe struct AvxVnniDepthwiseBlock
{
    /// <summary>The first channel.</summary>
    internal int Channel;

    /// <summary>Lines of the input, rearranged.</summary>
    internal byte* Lines;

    /// <summary>A line of pixels with its pads.</summary>
    internal byte* Pixels;

    /// <summary>Sums that wait for their conversion.</summary>
    internal int* Tile;

    /// <summary>The starting values.</summary>
    internal fixed int Bias[AvxVnniDepthwiseLines.Lanes];

    private const int Taps = 3;
    private const int WeightBytes = AvxVnniDepthwiseLines.KernelRows * AvxVnniDepthwiseLines.GroupBytes;

    private fixed float _scales[AvxVnniDepthwiseLines.Lanes];
    private fixed float _floatBias[AvxVnniDepthwiseLines.Lanes];
    private fixed sbyte _first[WeightBytes];
    private fixed sbyte _second[WeightBytes];
    private fixed byte _outside[AvxVnniDepthwiseLines.GroupBytes];

    /// <summary>The scales.</summary>
    internal float* Scales => (float*)Unsafe.AsPointer(ref _scales[0]);

    /// <summary>The float bias.</summary>
    internal float* FloatBias => (float*)Unsafe.AsPointer(ref _floatBias[0]);

    /// <summary>The weights of the first three columns of a group, a group for each row of the kernel.</summary>
    internal sbyte* First => (sbyte*)Unsafe.AsPointer(ref _first[0]);

    /// <summary>The weights of the last three columns of a group.</summary>
    internal sbyte* Second => (sbyte*)Unsafe.AsPointer(ref _second[0]);

    /// <summary>A group of zero points.</summary>
    internal byte* Outside => (byte*)Unsafe.AsPointer(ref _outside[0]);

    /// <summary>Takes the operands of the channels from <paramref name="channel"/>, which repeat where there are fewer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Load(DepthwiseProblem* problem, int channel)
    {
        Channel = channel;
        fixed (int* bias = Bias)
        {
            Repeat(problem->Bias, problem, channel, bias);
        }

        Repeat((int*)problem->Scales, problem, channel, (int*)Scales);
        Repeat((int*)problem->FloatBias, problem, channel, (int*)FloatBias);

        for (int row = 0; row < AvxVnniDepthwiseLines.KernelRows; row++)
        {
            byte* weights = (byte*)problem->W + ((nint)row * Taps * problem->Channels) + channel;
            Vector256<byte> a = Tap(weights, problem->Channels);
            Vector256<byte> b = Tap(weights + problem->Channels, problem->Channels);
            Vector256<byte> c = Tap(weights + (2 * problem->Channels), problem->Channels);
            AvxVnniDepthwiseLines.Store(a, b, c, Vector256<byte>.Zero, (byte*)First + (row * AvxVnniDepthwiseLines.GroupBytes));
            AvxVnniDepthwiseLines.Store(Vector256<byte>.Zero, a, b, c, (byte*)Second + (row * AvxVnniDepthwiseLines.GroupBytes));
        }

        ByteRows.Fill(Outside, AvxVnniDepthwiseLines.GroupBytes, (byte)problem->XZeroPoint);
    }

    private static Vector256<byte> Tap(byte* weights, int channels) => AvxVnniDepthwiseLines.Column(
        channels >= AvxVnniDepthwiseLines.Lanes ? Vector256.Load(weights)
        : channels == DotPanel.Columns ? Vector256.Create(Vector128.Load(weights))
        : Vector256.Create(*(ulong*)weights).AsByte());

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Repeat(int* source, DepthwiseProblem* problem, int channel, int* target)
    {
        for (int i = 0; i < AvxVnniDepthwiseLines.Lanes; i += Vector256<int>.Count)
        {
            // Fewer channels are 8 or 16.
            int from = problem->Channels < AvxVnniDepthwiseLines.Lanes ? i % problem->Channels : channel + i;
            (source == null ? Vector256<int>.Zero : Vector256.Load(source + from)).Store(target + i);
        }
    }
}
