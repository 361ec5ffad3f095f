using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>fp32 to bytes; <c>min</c> 0 means unsigned, -128 signed bytes, which are stored through the same pointer.</summary>
internal static unsafe class QuantizeRows
{
    /// <summary>y = clamp(rne(x / scale) + zero, min, min + 255), on the threads that the caller has.</summary>
    internal static void Shared(float* x, byte* y, nint length, float scale, int zero, int min)
    {
        long work = 2L * sizeof(float) * length;
        if (ThreadTeam.For(work) is { } team)
        {
            SharedRange.Run(team, new Elements(x, y, scale, zero, min), length, SharedRange.Vectors, work);
        }
        else
        {
            Uniform(x, y, length, scale, zero, min);
        }
    }

    /// <summary>y = clamp(rne(x / scale) + zero, min, min + 255).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Uniform(float* x, byte* y, nint length, float scale, int zero, int min)
    {
        float low = min - zero;
        float high = min + 255 - zero;
        nint i = 0;
        if (Avx512BW.IsSupported && ExactDivisor.Serves(scale))
        {
            // The multiplications that stand for a division give NaN where they do not stay finite: then values beyond the bounds are replaced by the bounds.
            ExactDivisor divisor = new(scale);
            Vector512<float> least = Vector512.Create(low * scale);
            Vector512<float> most = Vector512.Create(high * scale);
            Vector512<short> offset = Vector512.Create((short)(zero - min));
            Vector512<byte> start = Vector512.Create(unchecked((byte)min));
            for (; i + 64 <= length; i += 64)
            {
                Vector512<int> v0 = Avx512F.ConvertToVector512Int32(divisor.Divide(Vector512.Load(x + i)));
                Vector512<int> v1 = Avx512F.ConvertToVector512Int32(divisor.Divide(Vector512.Load(x + i + 16)));
                Vector512<int> v2 = Avx512F.ConvertToVector512Int32(divisor.Divide(Vector512.Load(x + i + 32)));
                Vector512<int> v3 = Avx512F.ConvertToVector512Int32(divisor.Divide(Vector512.Load(x + i + 48)));

                // NaN and what no integer holds become the least integer; packing bounds all others.
                if (Vector512.EqualsAny(Vector512.Min(Vector512.Min(v0, v1), Vector512.Min(v2, v3)), Vector512.Create(int.MinValue)))
                {
                    v0 = Rounded(x + i, least, most, divisor);
                    v1 = Rounded(x + i + 16, least, most, divisor);
                    v2 = Rounded(x + i + 32, least, most, divisor);
                    v3 = Rounded(x + i + 48, least, most, divisor);
                }

                Vector512<byte> bytes = QuantizedRounding.Pack64(v0, v1, v2, v3, offset);
                (bytes + start).Store(y + i);
            }

            for (; i + 16 <= length; i += 16)
            {
                Avx512F.ConvertToVector128Byte(Rounded(x + i, least, most, divisor) + Vector512.Create(zero)).Store(y + i);
            }
        }
        else if (Avx512F.IsSupported)
        {
            Vector512<float> divisor = Vector512.Create(scale);
            for (; i + 16 <= length; i += 16)
            {
                Vector512<int> value = QuantizedRounding.Round(Vector512.Load(x + i) / divisor, Vector512.Create(low), Vector512.Create(high));
                Avx512F.ConvertToVector128Byte(value + Vector512.Create(zero)).Store(y + i);
            }
        }
        else if (Avx2.IsSupported && Fma.IsSupported && ExactDivisor.Serves(scale))
        {
            ExactDivisor divisor = new(scale);
            Vector256<float> least = Vector256.Create(low * scale);
            Vector256<float> most = Vector256.Create(high * scale);
            Vector256<short> offset = Vector256.Create((short)(zero - min));
            Vector256<byte> start = Vector256.Create(unchecked((byte)min));
            for (; i + 32 <= length; i += 32)
            {
                Vector256<byte> bytes = QuantizedRounding.Pack32(
                    Rounded(x + i, least, most, divisor), Rounded(x + i + 8, least, most, divisor), Rounded(x + i + 16, least, most, divisor), Rounded(x + i + 24, least, most, divisor), offset);
                (bytes + start).Store(y + i);
            }
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            Vector128<float> divisor = Vector128.Create(scale);
            Vector128<float> lower = Vector128.Create(low);
            Vector128<float> upper = Vector128.Create(high);
            Vector128<int> offset = Vector128.Create(zero);
            for (; i + 16 <= length; i += 16)
            {
                QuantizedRounding.Store16(
                    QuantizedRounding.Round(Vector128.Load(x + i) / divisor, lower, upper) + offset,
                    QuantizedRounding.Round(Vector128.Load(x + i + 4) / divisor, lower, upper) + offset,
                    QuantizedRounding.Round(Vector128.Load(x + i + 8) / divisor, lower, upper) + offset,
                    QuantizedRounding.Round(Vector128.Load(x + i + 12) / divisor, lower, upper) + offset,
                    y + i);
            }
        }

        for (; i < length; i++)
        {
            y[i] = unchecked((byte)(QuantizedRounding.Round(x[i] / scale, low, high) + zero));
        }
    }

    /// <summary>The same with a scale and a zero point for every position of an axis that <paramref name="inner"/> elements share.</summary>
    /// <param name="x">[outer][axisLength][inner].</param>
    /// <param name="y">The result.</param>
    /// <param name="outer">The product of the axes before.</param>
    /// <param name="axisLength">The length of the axis.</param>
    /// <param name="inner">The product of the axes after.</param>
    /// <param name="scales">One per position.</param>
    /// <param name="zeros">One per position, or null; signed where <paramref name="min"/> is below 0.</param>
    /// <param name="min">0 or -128.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void PerAxis(float* x, byte* y, int outer, int axisLength, int inner, float* scales, byte* zeros, int min)
    {
        for (int o = 0; o < outer; o++)
        {
            int axis = 0;
            if (inner == 1 && Vector128.IsHardwareAccelerated)
            {
                for (; axis + 4 <= axisLength; axis += 4, x += 4, y += 4)
                {
                    Vector128<int> zero = Zeros(zeros, axis, min);
                    Vector128<float> low = Vector128.ConvertToSingle(Vector128.Create(min) - zero);
                    Vector128<float> high = Vector128.ConvertToSingle(Vector128.Create(min + 255) - zero);
                    Vector128<int> value = QuantizedRounding.Round(Vector128.Load(x) / Vector128.Load(scales + axis), low, high) + zero;
                    y[0] = unchecked((byte)value[0]);
                    y[1] = unchecked((byte)value[1]);
                    y[2] = unchecked((byte)value[2]);
                    y[3] = unchecked((byte)value[3]);
                }
            }

            for (; axis < axisLength; axis++, x += inner, y += inner)
            {
                int zero = zeros == null ? 0 : min < 0 ? ((sbyte*)zeros)[axis] : zeros[axis];
                Uniform(x, y, inner, scales[axis], zero, min);
            }
        }
    }

    /// <summary>
    /// rne(x / scale) between the bounds, which are whole numbers of scales: a dividend at a bound that was rounded itself still rounds to that whole number, so that nothing is left to bound afterwards.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Rounded(float* x, Vector512<float> least, Vector512<float> most, ExactDivisor divisor)
    {
        Vector512<float> source = Vector512.Load(x);
        source = Vector512.ConditionalSelect(Vector512.Equals(source, source), Avx512F.Min(most, source), Vector512<float>.Zero);
        return Avx512F.ConvertToVector512Int32(divisor.Divide(Avx512F.Max(least, source)));
    }

    /// <summary>Eight of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Rounded(float* x, Vector256<float> least, Vector256<float> most, ExactDivisor divisor)
    {
        Vector256<float> source = Vector256.Load(x);
        source &= Avx.CompareEqual(source, source);
        return Avx.ConvertToVector256Int32(divisor.Divide(Avx.Max(least, Avx.Min(most, source))));
    }

    private static Vector128<int> Zeros(byte* zeros, int axis, int min)
    {
        if (zeros == null)
        {
            return Vector128<int>.Zero;
        }

        sbyte* signed = (sbyte*)zeros + axis;
        return min < 0 ? Vector128.Create(signed[0], signed[1], signed[2], signed[3]) : QuantizedRounding.Load4(zeros + axis);
    }

    private readonly struct Elements(float* x, byte* y, float scale, int zero, int min) : ISharedRange
    {
        public void Run(nint first, nint end) => Uniform(x + first, y + first, end - first, scale, zero, min);
    }
}
