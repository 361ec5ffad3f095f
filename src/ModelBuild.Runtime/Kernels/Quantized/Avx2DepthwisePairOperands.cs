using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>The operands of a block of channels of <see cref="Avx2DepthwisePairs"/>, in parts of eight channels. Lives on the stack.</summary>
internal unsafe struct Avx2DepthwisePairOperands
{
    /// <summary>Channels of a part.</summary>
    internal const int PartChannels = 8;

    /// <summary>The most channels of a block.</summary>
    internal const int MaxChannels = 64;

    /// <summary>Beyond these bounds a weight less its zero point might not be of 16 bits.</summary>
    private const int MaxWeightZeroPoint = 1 << 14;

    /// <summary>The bounds of the outputs.</summary>
    internal DotToU8 Output;

    /// <summary>The weights: for each part those of an upper line of outputs, then those of a lower line, whose first pair begins with a row of zeros; pairs of rows of taps.</summary>
    internal byte* Weights;

    /// <summary>Bytes between the weights of neighbouring parts.</summary>
    internal nint WeightStep;

    /// <summary>Bytes of interleaved lines between neighbouring outputs.</summary>
    internal nint Step;

    /// <summary>Bytes of interleaved lines between neighbouring taps.</summary>
    internal nint TapStep;

    /// <summary>Taps of a row.</summary>
    internal int Taps;

    /// <summary>Pairs of rows that two lines of outputs need.</summary>
    internal int Pairs;

    /// <summary>Bytes of a pair of lines.</summary>
    internal nint PairBytes;

    /// <summary>Lines of outputs that share their pairs, 1 or 2.</summary>
    internal int Lines;

    /// <summary>Parts of the block.</summary>
    internal int Parts;

    /// <summary>The first channel of the block.</summary>
    internal int Channel;

    /// <summary>The first channel of each part, counted from the first of the block. The last part is shifted back over the one before it: the same values are stored twice.</summary>
    internal fixed int Offsets[MaxChannels / PartChannels];

    /// <summary>The starting values, eight for each part.</summary>
    internal fixed int Init[MaxChannels];

    /// <summary>The scales, eight for each part.</summary>
    internal fixed float Scales[MaxChannels];

    /// <summary>The parts of as many channels.</summary>
    internal static int PartsOf(int channels) => (channels + PartChannels - 1) / PartChannels;

    /// <summary>Bytes of the weights of a part.</summary>
    internal static int PartWeights(DepthwiseProblem* problem) => 2 * ((problem->KernelH + 2) / 2) * problem->KernelW * Vector256<byte>.Count;

    /// <summary>Whether the weights less their zero points are of 16 bits.</summary>
    internal static bool TakesWeightZeroPoints(DepthwiseProblem* problem)
    {
        for (int channel = 0; problem->WeightZeroPoints != null && channel < problem->Channels; channel++)
        {
            if (problem->WeightZeroPoints[channel] is < -MaxWeightZeroPoint or > MaxWeightZeroPoint)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Takes the operands of <paramref name="channels"/> channels from <paramref name="channel"/>; there are at least eight channels behind or before it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Load(DepthwiseProblem* problem, int channel, int channels)
    {
        Channel = channel;
        Parts = PartsOf(channels);
        WeightStep = PartWeights(problem);
        for (int part = 0; part < Parts; part++)
        {
            Offsets[part] = Math.Min(part * PartChannels, channels - PartChannels);
            int first = channel + Offsets[part];
            Vector256<int> bias = problem->Bias == null ? Vector256<int>.Zero : Vector256.Load(problem->Bias + first);
            Vector256<int> zeros = Vector256<int>.Zero;
            if (problem->WeightZeroPoints != null)
            {
                // sum((x - xz) * (w - wz)) = sum(x * (w - wz)) - xz * sum(w) + xz * wz * taps, where the second term is in the bias.
                zeros = Vector256.Load(problem->WeightZeroPoints + first);
                bias += zeros * (problem->XZeroPoint * problem->KernelH * problem->KernelW);
            }

            bias.Store((int*)Unsafe.AsPointer(ref Init[part * PartChannels]));
            Vector256.Load(problem->Scales + first).Store((float*)Unsafe.AsPointer(ref Scales[part * PartChannels]));
            LoadWeights(problem, first, zeros, Weights + (part * WeightStep));
        }
    }

    /// <summary>Takes the weights of the eight channels from <paramref name="channel"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void LoadWeights(DepthwiseProblem* problem, int channel, Vector256<int> zeros, byte* target)
    {
        // A pair that begins with an odd row belongs to the lower line of outputs, and so does the one whose first row is not there.
        nint rowStep = (nint)problem->KernelW * problem->Channels;
        nint pairStep = problem->KernelW * Vector256<byte>.Count;
        for (int tap = 0; tap < problem->KernelW; tap++, target += Vector256<byte>.Count)
        {
            sbyte* w = problem->W + ((nint)tap * problem->Channels) + channel;
            byte* upper = target;
            byte* lower = target + (WeightStep / 2);
            Vector256<int> above = Vector256<int>.Zero;
            for (int row = 0; row < 2 * Pairs; row++, w += rowStep)
            {
                Vector256<int> below = row < problem->KernelH ? Avx2.ConvertToVector256Int32(w) - zeros : Vector256<int>.Zero;
                Vector256<short> pair = Avx2.Blend(above.AsInt16(), (below << 16).AsInt16(), 0b1010_1010);
                above = below;
                if (row % 2 != 0)
                {
                    pair.StoreAligned((short*)upper);
                    upper += pairStep;
                }
                else if (Lines > 1)
                {
                    pair.StoreAligned((short*)lower);
                    lower += pairStep;
                }
            }
        }
    }
}
