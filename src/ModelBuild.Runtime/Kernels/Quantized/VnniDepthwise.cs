using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>
/// Depthwise convolutions with 3x3 taps by the generated routine of <see cref="VnniDepthwiseEmitter"/>: blocks of up to 64 channels, for each a band of padded input lines that
/// is copied to where the routine needs no edges. With fewer channels than 64 a vector holds several pixels.
/// </summary>
internal static unsafe class VnniDepthwise
{
    private const int VectorBytes = 64;

    /// <summary>Bytes of a band: it stays in the first-level cache.</summary>
    private const int BandBytes = 40 << 10;

    /// <summary>Vectors of one call: a few microseconds, in which this thread cannot be stopped for a garbage collection.</summary>
    private const int VectorsPerCall = 800;

    /// <summary>Whether the problem is of this form.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static bool Takes(DepthwiseProblem* problem)
    {
        if (problem->KernelH != 3 || problem->KernelW != 3 || problem->DilationH != 1 || problem->DilationW != 1 || problem->WeightZeroPoints != null || !VnniTiles.IsSupported)
        {
            return false;
        }

        return problem->StrideW is 1 or 2 && 3 * new VnniDepthwiseBand(problem).LineBytes <= BandBytes;
    }

    /// <summary>Computes all of it; false, with nothing done, where the operating system gave no executable memory.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static bool TryRun(DepthwiseProblem* problem, ref DotToU8 epilogue)
    {
        void* routine = VnniDepthwiseRoutine.FindBands(VnniDepthwiseOperands.MayExceedIntegers(problem->Scales, problem->Channels));
        if (routine == null)
        {
            return false;
        }

        byte* memory = stackalloc byte[sizeof(VnniDepthwiseArguments) + BandBytes + (4 * VectorBytes)];
        var arguments = (VnniDepthwiseArguments*)(((nuint)memory + VectorBytes - 1) & ~(nuint)(VectorBytes - 1));
        byte* buffer = (byte*)(((nuint)(arguments + 1) + VectorBytes - 1) & ~(nuint)(VectorBytes - 1));
        VnniDepthwiseBand band = new(problem);
        int pixels = VectorBytes / band.Channels;
        int vectors = (problem->OutW + pixels - 1) / pixels;
        int rows = Math.Min((((BandBytes / band.LineBytes) - 3) / problem->StrideH) + 1, Math.Max(VectorsPerCall / vectors, 1));
        Fill(arguments, problem, band, vectors, pixels, ref epilogue);
        for (int next = 0; next < problem->Channels; next += band.Channels)
        {
            // The last block is shifted back over the one before it: the same values are stored twice.
            int channel = Math.Min(next, problem->Channels - band.Channels);
            VnniDepthwiseOperands.Load(problem, channel, band.Channels, arguments->Bias, arguments->Scales, arguments->Weights);
            for (int image = 0; image < problem->Batch; image++)
            {
                for (int row = 0; row < problem->OutH; row += rows)
                {
                    int now = Math.Min(rows, problem->OutH - row);
                    band.Copy(problem, image, (row * problem->StrideH) - problem->PadTop, ((now - 1) * problem->StrideH) + 3, channel, buffer);
                    arguments->Line0 = buffer;
                    arguments->Line1 = buffer + band.LineBytes;
                    arguments->Line2 = buffer + (2 * band.LineBytes);
                    arguments->Lines = now;
                    arguments->Y = epilogue.Y + ((problem->FirstRow + ((((nint)image * problem->OutH) + row) * problem->OutW)) * epilogue.Stride) + channel;
                    ((delegate* unmanaged[SuppressGCTransition]<VnniDepthwiseArguments*, void>)routine)(arguments);
                }
            }
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Fill(VnniDepthwiseArguments* arguments, DepthwiseProblem* problem, VnniDepthwiseBand band, int vectors, int pixels, ref DotToU8 epilogue)
    {
        int bytes = pixels * band.Channels;
        arguments->LineStep = problem->StrideH * band.LineBytes;
        arguments->Column1 = band.Column1;
        arguments->Column2 = band.Column2;
        arguments->XStep = bytes;
        arguments->YStep = pixels * epilogue.Stride;
        arguments->YLineStep = problem->OutW * epilogue.Stride;
        arguments->FullCount = vectors - 1;
        arguments->Mask = ulong.MaxValue >> (VectorBytes - bytes);
        arguments->LastMask = ulong.MaxValue >> (VectorBytes - ((problem->OutW - ((vectors - 1) * pixels)) * band.Channels));
        arguments->High = epilogue.High;
        Vector512.Create((short)epilogue.Zero).Store(arguments->Zero);
        Vector512.Create((byte)((int)epilogue.Low + epilogue.Zero)).Store(arguments->Low);
        Vector512.Create((byte)((int)epilogue.High + epilogue.Zero)).Store(arguments->HighBytes);
    }
}
