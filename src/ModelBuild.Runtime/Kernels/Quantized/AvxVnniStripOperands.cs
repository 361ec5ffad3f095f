using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>
/// The operands of 32 bytes of channels of <see cref="AvxVnniStrips"/>, in the order of its lanes: part j holds the bytes 4j to 4j + 3 of each 16. Lives on the stack.
/// </summary>
internal unsafe struct AvxVnniStripOperands
{
    /// <summary>Parts that 16 bytes are divided into, each a vector of four rows of four bytes.</summary>
    internal const int Parts = 4;

    /// <summary>Columns of the kernel.</summary>
    internal const int Taps = 3;

    /// <summary>Bytes of the weights of a part: those of the upper line of outputs, then those of the lower.</summary>
    internal const int PartWeights = 2 * Taps * VectorBytes;

    /// <summary>Bytes of a vector of inputs.</summary>
    internal const int VectorBytes = 32;

    /// <summary>The bounds of the outputs.</summary>
    internal DotToU8 Output;

    /// <summary>Where the taps of a part lie behind the place of an output.</summary>
    internal fixed long Offsets[Parts * Taps];

    /// <summary>The starting values, eight for each part.</summary>
    internal fixed int Init[Parts * 8];

    /// <summary>The scales, sixteen for each part.</summary>
    internal fixed float Scales[Parts * 16];

    /// <summary>The weights.</summary>
    internal fixed sbyte Weights[Parts * PartWeights];

    /// <summary>Takes the operands of the channels from <paramref name="channel"/>; 8 or 16 channels repeat.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Load(DepthwiseProblem* problem, int channel)
    {
        int channels = problem->Channels;
        int upper = channels < VectorBytes ? 0 : 16;
        fixed (int* init = Init)
        fixed (float* scales = Scales)
        fixed (sbyte* weights = Weights)
        {
            for (int part = 0; part < Parts; part++)
            {
                int first = channel + (channels == 8 ? 4 * (part & 1) : 4 * part);
                Vector128<int> bias = problem->Bias == null ? Vector128<int>.Zero : Vector128.Load(problem->Bias + first);
                Vector128<int> upperBias = problem->Bias == null ? Vector128<int>.Zero : Vector128.Load(problem->Bias + first + upper);
                Vector256.Create(bias, upperBias).Store(init + (8 * part));
                Vector256<float> scale = Vector256.Create(Vector128.Load(problem->Scales + first), Vector128.Load(problem->Scales + first + upper));
                scale.Store(scales + (16 * part));
                scale.Store(scales + (16 * part) + 8);
            }

            for (int tap = 0; tap < Taps; tap++)
            {
                byte* w = (byte*)problem->W + ((nint)tap * channels) + channel;
                Vector256<byte> a = Row(w, channels);
                Vector256<byte> b = Row(w + ((nint)Taps * channels), channels);
                Vector256<byte> c = Row(w + ((nint)2 * Taps * channels), channels);
                Interleave(a, b, c, Vector256<byte>.Zero, (byte*)weights + (tap * VectorBytes), PartWeights);
                Interleave(Vector256<byte>.Zero, a, b, c, (byte*)weights + ((Taps + tap) * VectorBytes), PartWeights);
            }
        }
    }

    /// <summary>Notes where taps lie: <paramref name="plane"/> bytes between the parts, <paramref name="channels"/> bytes between neighbouring columns.</summary>
    internal void Place(int channels, nint plane)
    {
        for (int part = 0; part < Parts; part++)
        {
            for (int tap = 0; tap < Taps; tap++)
            {
                // 16 bytes are two pixels of 8 channels: a neighbour is in the other parts, or 16 bytes further.
                int half = (part / 2) + tap;
                Offsets[(part * Taps) + tap] = channels == 8 ? (((part & 1) + (2 * (half & 1))) * plane) + (16 * (half / 2)) : (part * plane) + (tap * channels);
            }
        }
    }

    /// <summary>Stores four rows of bytes so that each integer holds one of each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Interleave(Vector256<byte> a, Vector256<byte> b, Vector256<byte> c, Vector256<byte> d, byte* target, nint plane)
    {
        Vector256<short> lower = Avx2.UnpackLow(a, b).AsInt16();
        Vector256<short> upper = Avx2.UnpackHigh(a, b).AsInt16();
        Vector256<short> lowerOthers = Avx2.UnpackLow(c, d).AsInt16();
        Vector256<short> upperOthers = Avx2.UnpackHigh(c, d).AsInt16();
        Avx2.UnpackLow(lower, lowerOthers).AsByte().Store(target);
        Avx2.UnpackHigh(lower, lowerOthers).AsByte().Store(target + plane);
        Avx2.UnpackLow(upper, upperOthers).AsByte().Store(target + (2 * plane));
        Avx2.UnpackHigh(upper, upperOthers).AsByte().Store(target + (3 * plane));
    }

    /// <summary>The same of twice as many; needs <see cref="Avx512BW"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Interleave(Vector512<byte> a, Vector512<byte> b, Vector512<byte> c, Vector512<byte> d, byte* target, nint plane)
    {
        Vector512<short> lower = Avx512BW.UnpackLow(a, b).AsInt16();
        Vector512<short> upper = Avx512BW.UnpackHigh(a, b).AsInt16();
        Vector512<short> lowerOthers = Avx512BW.UnpackLow(c, d).AsInt16();
        Vector512<short> upperOthers = Avx512BW.UnpackHigh(c, d).AsInt16();
        Avx512BW.UnpackLow(lower, lowerOthers).AsByte().Store(target);
        Avx512BW.UnpackHigh(lower, lowerOthers).AsByte().Store(target + plane);
        Avx512BW.UnpackLow(upper, upperOthers).AsByte().Store(target + (2 * plane));
        Avx512BW.UnpackHigh(upper, upperOthers).AsByte().Store(target + (3 * plane));
    }

    private static Vector256<byte> Row(byte* weights, int channels) =>
        channels >= VectorBytes ? Vector256.Load(weights)
        : channels == 16 ? Vector256.Create(Vector128.Load(weights))
        : Vector256.Create(*(ulong*)weights).AsByte();
}
