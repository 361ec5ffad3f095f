using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>Brings the weights, the bias and the scales of a block of channels into the order of the generated depthwise routine.</summary>
internal static unsafe class VnniDepthwiseOperands
{
    private const int VectorBytes = 64;
    private const int Taps = 3;

    /// <summary>Whether a sum of 32 bits times a scale can be above all of them. Their negatives may all be below: that is the smallest integer, which is right.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static bool MayExceedIntegers(float* scales, int count)
    {
        Vector512<float> largest = Vector512<float>.Zero;
        int i = 0;
        for (; i + Vector512<float>.Count <= count; i += Vector512<float>.Count)
        {
            largest = NativeMath.Max(largest, Vector512.Abs(Vector512.Load(scales + i)));
        }

        bool result = Vector512.GreaterThanOrEqualAny(largest, Vector512<float>.One);
        for (; i < count; i++)
        {
            result |= MathF.Abs(scales[i]) >= 1f;
        }

        return result;
    }

    /// <summary>Fills the arrays of the arguments; with fewer than 64 channels they repeat as often as they fit.</summary>
    /// <param name="problem">The convolution.</param>
    /// <param name="channel">The first channel.</param>
    /// <param name="channels">The number of channels, at most 64.</param>
    /// <param name="bias">Receives 64 starting values.</param>
    /// <param name="scales">Receives 64 scales.</param>
    /// <param name="weights">Receives four vectors for each of three taps.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Load(DepthwiseProblem* problem, int channel, int channels, int* bias, float* scales, sbyte* weights)
    {
        if (channels == VectorBytes)
        {
            nint step = problem->Channels;
            byte* first = (byte*)problem->W + channel;
            for (int tap = 0; tap < Taps; tap++, first += step)
            {
                Zip(first, Taps * step, (byte*)weights + (tap * 4 * VectorBytes));
            }

            if (problem->Bias == null)
            {
                ByteRows.Fill((byte*)bias, VectorBytes * sizeof(int), 0);
            }
            else
            {
                Permute((uint*)problem->Bias + channel, (uint*)bias);
            }

            Permute((uint*)problem->Scales + channel, (uint*)scales);
            return;
        }

        int copies = VectorBytes / channels;
        byte* row = stackalloc byte[Taps * VectorBytes];
        uint* values = stackalloc uint[VectorBytes];
        for (int tap = 0; tap < Taps; tap++)
        {
            for (int line = 0; line < Taps; line++)
            {
                Repeat(row + (line * VectorBytes), (byte*)problem->W + ((nint)((line * Taps) + tap) * problem->Channels) + channel, channels, copies);
            }

            Zip(row, VectorBytes, (byte*)weights + (tap * 4 * VectorBytes));
        }

        if (problem->Bias == null)
        {
            ByteRows.Fill((byte*)bias, VectorBytes * sizeof(int), 0);
        }
        else
        {
            Repeat((byte*)values, (byte*)(problem->Bias + channel), channels * sizeof(int), copies);
            Permute(values, (uint*)bias);
        }

        Repeat((byte*)values, (byte*)(problem->Scales + channel), channels * sizeof(float), copies);
        Permute(values, (uint*)scales);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Repeat(byte* target, byte* source, int bytes, int copies)
    {
        for (int i = 0; i < copies; i++, target += bytes)
        {
            if (bytes == sizeof(ulong))
            {
                Unsafe.WriteUnaligned(target, Unsafe.ReadUnaligned<ulong>(source));
            }
            else
            {
                ByteRows.Copy(source, target, bytes);
            }
        }
    }

    /// <summary>Groups of the bytes of three rows and a zero, zipped within each 128 bits as the routine zips its input.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Zip(byte* rows, nint step, byte* target)
    {
        if (Avx512BW.IsSupported)
        {
            // Whole vectors: the routine's loads would wait for narrower stores.
            Vector512<byte> all0 = Vector512.Load(rows);
            Vector512<byte> all1 = Vector512.Load(rows + step);
            Vector512<byte> all2 = Vector512.Load(rows + (2 * step));
            Vector512<ushort> lower = Avx512BW.UnpackLow(all0, all1).AsUInt16();
            Vector512<ushort> upper = Avx512BW.UnpackHigh(all0, all1).AsUInt16();
            Vector512<ushort> lower2 = Avx512BW.UnpackLow(all2, Vector512<byte>.Zero).AsUInt16();
            Vector512<ushort> upper2 = Avx512BW.UnpackHigh(all2, Vector512<byte>.Zero).AsUInt16();
            Avx512BW.UnpackLow(lower, lower2).AsByte().Store(target);
            Avx512BW.UnpackHigh(lower, lower2).AsByte().Store(target + VectorBytes);
            Avx512BW.UnpackLow(upper, upper2).AsByte().Store(target + (2 * VectorBytes));
            Avx512BW.UnpackHigh(upper, upper2).AsByte().Store(target + (3 * VectorBytes));
            return;
        }

        for (int lane = 0; lane < VectorBytes; lane += 16)
        {
            Vector128<byte> row0 = Vector128.Load(rows + lane);
            Vector128<byte> row1 = Vector128.Load(rows + step + lane);
            Vector128<byte> row2 = Vector128.Load(rows + (2 * step) + lane);
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
        if (Avx512F.IsSupported)
        {
            Vector512<uint> all0 = Vector512.Load(source);
            Vector512<uint> all1 = Vector512.Load(source + 16);
            Vector512<uint> all2 = Vector512.Load(source + 32);
            Vector512<uint> all3 = Vector512.Load(source + 48);
            Vector512<uint> evens01 = Avx512F.Shuffle4x128(all0, all1, 0b10_00_10_00);
            Vector512<uint> odds01 = Avx512F.Shuffle4x128(all0, all1, 0b11_01_11_01);
            Vector512<uint> evens23 = Avx512F.Shuffle4x128(all2, all3, 0b10_00_10_00);
            Vector512<uint> odds23 = Avx512F.Shuffle4x128(all2, all3, 0b11_01_11_01);
            Avx512F.Shuffle4x128(evens01, evens23, 0b10_00_10_00).Store(target);
            Avx512F.Shuffle4x128(odds01, odds23, 0b10_00_10_00).Store(target + 16);
            Avx512F.Shuffle4x128(evens01, evens23, 0b11_01_11_01).Store(target + 32);
            Avx512F.Shuffle4x128(odds01, odds23, 0b11_01_11_01).Store(target + 48);
            return;
        }

        for (int lane = 0; lane < 4; lane++)
        {
            for (int sum = 0; sum < 4; sum++)
            {
                Vector128.Load(source + (16 * lane) + (4 * sum)).Store(target + (16 * sum) + (4 * lane));
            }
        }
    }
}
