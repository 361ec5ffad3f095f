using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>Brings the weights, the bias and the scales of a block of channels into the order of the generated depthwise routine.</summary>
internal static unsafe class VnniDepthwiseOperands
{
    private const int VectorBytes = 64;
    private const int Taps = 3;

    /// <summary>Fills the arrays at the end of <paramref name="arguments"/>; with fewer than 64 channels they repeat as often as they fit.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Load(VnniDepthwiseArguments* arguments, DepthwiseProblem* problem, int channel, int channels)
    {
        int copies = VectorBytes / channels;
        byte* row = stackalloc byte[Taps * VectorBytes];
        uint* values = stackalloc uint[VectorBytes];
        for (int tap = 0; tap < Taps; tap++)
        {
            for (int line = 0; line < Taps; line++)
            {
                Repeat(row + (line * VectorBytes), (byte*)problem->W + ((nint)((line * Taps) + tap) * problem->Channels) + channel, channels, copies);
            }

            Zip(row, (byte*)arguments->Weights + (tap * 4 * VectorBytes));
        }

        if (problem->Bias == null)
        {
            new Span<int>(arguments->Bias, VectorBytes).Clear();
        }
        else
        {
            Repeat((byte*)values, (byte*)(problem->Bias + channel), channels * sizeof(int), copies);
            Permute(values, (uint*)arguments->Bias);
        }

        Repeat((byte*)values, (byte*)(problem->Scales + channel), channels * sizeof(float), copies);
        Permute(values, (uint*)arguments->Scales);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Repeat(byte* target, byte* source, int bytes, int copies)
    {
        for (int i = 0; i < copies; i++, target += bytes)
        {
            Unsafe.CopyBlockUnaligned(target, source, (uint)bytes);
        }
    }

    /// <summary>Groups of the bytes of three rows and a zero, zipped within each 128 bits as the routine zips its input.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Zip(byte* rows, byte* target)
    {
        for (int lane = 0; lane < VectorBytes; lane += 16)
        {
            Vector128<byte> row0 = Vector128.Load(rows + lane);
            Vector128<byte> row1 = Vector128.Load(rows + VectorBytes + lane);
            Vector128<byte> row2 = Vector128.Load(rows + (2 * VectorBytes) + lane);
            Vector128<ushort> low = Sse2.UnpackLow(row0, row1).AsUInt16();
            Vector128<ushort> high = Sse2.UnpackHigh(row0, row1).AsUInt16();
            Vector128<ushort> low2 = Sse2.UnpackLow(row2, Vector128<byte>.Zero).AsUInt16();
            Vector128<ushort> high2 = Sse2.UnpackHigh(row2, Vector128<byte>.Zero).AsUInt16();
            Sse2.UnpackLow(low, low2).AsByte().Store(target + lane);
            Sse2.UnpackHigh(low, low2).AsByte().Store(target + VectorBytes + lane);
            Sse2.UnpackLow(high, high2).AsByte().Store(target + (2 * VectorBytes) + lane);
            Sse2.UnpackHigh(high, high2).AsByte().Store(target + (3 * VectorBytes) + lane);
        }
    }

    /// <summary>64 values in the order of the sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Permute(uint* source, uint* target)
    {
        for (int lane = 0; lane < 4; lane++)
        {
            for (int sum = 0; sum < 4; sum++)
            {
                Vector128.Load(source + (16 * lane) + (4 * sum)).Store(target + (16 * sum) + (4 * lane));
            }
        }
    }
}
