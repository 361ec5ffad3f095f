using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Benchmarks;

/// <summary>What one core of this processor can multiply, measured on registers only, with the widest instructions that C# has.</summary>
/// <param name="Float">Fused multiply-adds of binary32 a second.</param>
/// <param name="Byte">Multiply-accumulates of 8-bit integers a second; 0 where no instruction for them is known.</param>
internal sealed record ProcessorPeak(double Float, double Byte)
{
    private const int Accumulators = 12;
    private const int Iterations = 20_000;
    private const int Rounds = 60;

    /// <summary>Multiply-accumulates a second of the kind that a model has.</summary>
    public double Of(bool isInt8) => isInt8 ? Byte : Float;

    /// <summary>Measures both; the fastest of many short rounds counts.</summary>
    public static ProcessorPeak Measure()
    {
        (Func<int> wide, int lanes) = Vector512.IsHardwareAccelerated ? (Float512, 16) : Vector256.IsHardwareAccelerated ? (Float256, 8) : ((Func<int>)Float128, 4);
        (Func<int>? dot, int products) = AvxVnni.IsSupported ? (Dot256, 32)
            : Avx512BW.IsSupported ? (Pairs512, 32)
            : Avx2.IsSupported ? (Pairs256, 16)
            : Dp.IsSupported ? (Dot128, 16) : ((Func<int>?)null, 0);
        return new ProcessorPeak(Fastest(wide, lanes), dot is null ? 0 : Fastest(dot, products));
    }

    private static double Fastest(Func<int> run, int perInstruction)
    {
        double best = double.MaxValue;
        for (int i = 0; i < Rounds; i++)
        {
            long start = Stopwatch.GetTimestamp();
            run();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return (double)Iterations * Accumulators * perInstruction / best;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Float512()
    {
        Vector512<float> a = Vector512.Create(0.5f);
        Vector512<float> s0 = a, s1 = a, s2 = a, s3 = a, s4 = a, s5 = a, s6 = a, s7 = a, s8 = a, s9 = a, s10 = a, s11 = a;
        for (int i = 0; i < Iterations; i++)
        {
            s0 = Vector512.FusedMultiplyAdd(s0, a, a);
            s1 = Vector512.FusedMultiplyAdd(s1, a, a);
            s2 = Vector512.FusedMultiplyAdd(s2, a, a);
            s3 = Vector512.FusedMultiplyAdd(s3, a, a);
            s4 = Vector512.FusedMultiplyAdd(s4, a, a);
            s5 = Vector512.FusedMultiplyAdd(s5, a, a);
            s6 = Vector512.FusedMultiplyAdd(s6, a, a);
            s7 = Vector512.FusedMultiplyAdd(s7, a, a);
            s8 = Vector512.FusedMultiplyAdd(s8, a, a);
            s9 = Vector512.FusedMultiplyAdd(s9, a, a);
            s10 = Vector512.FusedMultiplyAdd(s10, a, a);
            s11 = Vector512.FusedMultiplyAdd(s11, a, a);
        }

        return (s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9 + s10 + s11).ToScalar() > 1 ? 1 : 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Float256()
    {
        Vector256<float> a = Vector256.Create(0.5f);
        Vector256<float> s0 = a, s1 = a, s2 = a, s3 = a, s4 = a, s5 = a, s6 = a, s7 = a, s8 = a, s9 = a, s10 = a, s11 = a;
        for (int i = 0; i < Iterations; i++)
        {
            s0 = Vector256.FusedMultiplyAdd(s0, a, a);
            s1 = Vector256.FusedMultiplyAdd(s1, a, a);
            s2 = Vector256.FusedMultiplyAdd(s2, a, a);
            s3 = Vector256.FusedMultiplyAdd(s3, a, a);
            s4 = Vector256.FusedMultiplyAdd(s4, a, a);
            s5 = Vector256.FusedMultiplyAdd(s5, a, a);
            s6 = Vector256.FusedMultiplyAdd(s6, a, a);
            s7 = Vector256.FusedMultiplyAdd(s7, a, a);
            s8 = Vector256.FusedMultiplyAdd(s8, a, a);
            s9 = Vector256.FusedMultiplyAdd(s9, a, a);
            s10 = Vector256.FusedMultiplyAdd(s10, a, a);
            s11 = Vector256.FusedMultiplyAdd(s11, a, a);
        }

        return (s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9 + s10 + s11).ToScalar() > 1 ? 1 : 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Float128()
    {
        Vector128<float> a = Vector128.Create(0.5f);
        Vector128<float> s0 = a, s1 = a, s2 = a, s3 = a, s4 = a, s5 = a, s6 = a, s7 = a, s8 = a, s9 = a, s10 = a, s11 = a;
        for (int i = 0; i < Iterations; i++)
        {
            s0 = Vector128.FusedMultiplyAdd(s0, a, a);
            s1 = Vector128.FusedMultiplyAdd(s1, a, a);
            s2 = Vector128.FusedMultiplyAdd(s2, a, a);
            s3 = Vector128.FusedMultiplyAdd(s3, a, a);
            s4 = Vector128.FusedMultiplyAdd(s4, a, a);
            s5 = Vector128.FusedMultiplyAdd(s5, a, a);
            s6 = Vector128.FusedMultiplyAdd(s6, a, a);
            s7 = Vector128.FusedMultiplyAdd(s7, a, a);
            s8 = Vector128.FusedMultiplyAdd(s8, a, a);
            s9 = Vector128.FusedMultiplyAdd(s9, a, a);
            s10 = Vector128.FusedMultiplyAdd(s10, a, a);
            s11 = Vector128.FusedMultiplyAdd(s11, a, a);
        }

        return (s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9 + s10 + s11).ToScalar() > 1 ? 1 : 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Dot256()
    {
        Vector256<byte> a = Vector256.Create((byte)3);
        Vector256<sbyte> b = Vector256.Create((sbyte)2);
        Vector256<int> s0 = Vector256<int>.Zero, s1 = Vector256<int>.Zero, s2 = Vector256<int>.Zero, s3 = Vector256<int>.Zero, s4 = Vector256<int>.Zero, s5 = Vector256<int>.Zero, s6 = Vector256<int>.Zero, s7 = Vector256<int>.Zero, s8 = Vector256<int>.Zero, s9 = Vector256<int>.Zero, s10 = Vector256<int>.Zero, s11 = Vector256<int>.Zero;
        for (int i = 0; i < Iterations; i++)
        {
            s0 = AvxVnni.MultiplyWideningAndAdd(s0, a, b);
            s1 = AvxVnni.MultiplyWideningAndAdd(s1, a, b);
            s2 = AvxVnni.MultiplyWideningAndAdd(s2, a, b);
            s3 = AvxVnni.MultiplyWideningAndAdd(s3, a, b);
            s4 = AvxVnni.MultiplyWideningAndAdd(s4, a, b);
            s5 = AvxVnni.MultiplyWideningAndAdd(s5, a, b);
            s6 = AvxVnni.MultiplyWideningAndAdd(s6, a, b);
            s7 = AvxVnni.MultiplyWideningAndAdd(s7, a, b);
            s8 = AvxVnni.MultiplyWideningAndAdd(s8, a, b);
            s9 = AvxVnni.MultiplyWideningAndAdd(s9, a, b);
            s10 = AvxVnni.MultiplyWideningAndAdd(s10, a, b);
            s11 = AvxVnni.MultiplyWideningAndAdd(s11, a, b);
        }

        return (s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9 + s10 + s11).ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Pairs512()
    {
        Vector512<short> a = Vector512.Create((short)3);
        Vector512<int> s0 = Vector512<int>.Zero, s1 = Vector512<int>.Zero, s2 = Vector512<int>.Zero, s3 = Vector512<int>.Zero, s4 = Vector512<int>.Zero, s5 = Vector512<int>.Zero, s6 = Vector512<int>.Zero, s7 = Vector512<int>.Zero, s8 = Vector512<int>.Zero, s9 = Vector512<int>.Zero, s10 = Vector512<int>.Zero, s11 = Vector512<int>.Zero;
        for (int i = 0; i < Iterations; i++)
        {
            s0 += Avx512BW.MultiplyAddAdjacent(a, s0.AsInt16());
            s1 += Avx512BW.MultiplyAddAdjacent(a, s1.AsInt16());
            s2 += Avx512BW.MultiplyAddAdjacent(a, s2.AsInt16());
            s3 += Avx512BW.MultiplyAddAdjacent(a, s3.AsInt16());
            s4 += Avx512BW.MultiplyAddAdjacent(a, s4.AsInt16());
            s5 += Avx512BW.MultiplyAddAdjacent(a, s5.AsInt16());
            s6 += Avx512BW.MultiplyAddAdjacent(a, s6.AsInt16());
            s7 += Avx512BW.MultiplyAddAdjacent(a, s7.AsInt16());
            s8 += Avx512BW.MultiplyAddAdjacent(a, s8.AsInt16());
            s9 += Avx512BW.MultiplyAddAdjacent(a, s9.AsInt16());
            s10 += Avx512BW.MultiplyAddAdjacent(a, s10.AsInt16());
            s11 += Avx512BW.MultiplyAddAdjacent(a, s11.AsInt16());
        }

        return (s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9 + s10 + s11).ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Pairs256()
    {
        Vector256<short> a = Vector256.Create((short)3);
        Vector256<int> s0 = Vector256<int>.Zero, s1 = Vector256<int>.Zero, s2 = Vector256<int>.Zero, s3 = Vector256<int>.Zero, s4 = Vector256<int>.Zero, s5 = Vector256<int>.Zero, s6 = Vector256<int>.Zero, s7 = Vector256<int>.Zero, s8 = Vector256<int>.Zero, s9 = Vector256<int>.Zero, s10 = Vector256<int>.Zero, s11 = Vector256<int>.Zero;
        for (int i = 0; i < Iterations; i++)
        {
            s0 += Avx2.MultiplyAddAdjacent(a, s0.AsInt16());
            s1 += Avx2.MultiplyAddAdjacent(a, s1.AsInt16());
            s2 += Avx2.MultiplyAddAdjacent(a, s2.AsInt16());
            s3 += Avx2.MultiplyAddAdjacent(a, s3.AsInt16());
            s4 += Avx2.MultiplyAddAdjacent(a, s4.AsInt16());
            s5 += Avx2.MultiplyAddAdjacent(a, s5.AsInt16());
            s6 += Avx2.MultiplyAddAdjacent(a, s6.AsInt16());
            s7 += Avx2.MultiplyAddAdjacent(a, s7.AsInt16());
            s8 += Avx2.MultiplyAddAdjacent(a, s8.AsInt16());
            s9 += Avx2.MultiplyAddAdjacent(a, s9.AsInt16());
            s10 += Avx2.MultiplyAddAdjacent(a, s10.AsInt16());
            s11 += Avx2.MultiplyAddAdjacent(a, s11.AsInt16());
        }

        return (s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9 + s10 + s11).ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Dot128()
    {
        Vector128<sbyte> a = Vector128.Create((sbyte)3);
        Vector128<int> s0 = Vector128<int>.Zero, s1 = Vector128<int>.Zero, s2 = Vector128<int>.Zero, s3 = Vector128<int>.Zero, s4 = Vector128<int>.Zero, s5 = Vector128<int>.Zero, s6 = Vector128<int>.Zero, s7 = Vector128<int>.Zero, s8 = Vector128<int>.Zero, s9 = Vector128<int>.Zero, s10 = Vector128<int>.Zero, s11 = Vector128<int>.Zero;
        for (int i = 0; i < Iterations; i++)
        {
            s0 = Dp.DotProduct(s0, a, a);
            s1 = Dp.DotProduct(s1, a, a);
            s2 = Dp.DotProduct(s2, a, a);
            s3 = Dp.DotProduct(s3, a, a);
            s4 = Dp.DotProduct(s4, a, a);
            s5 = Dp.DotProduct(s5, a, a);
            s6 = Dp.DotProduct(s6, a, a);
            s7 = Dp.DotProduct(s7, a, a);
            s8 = Dp.DotProduct(s8, a, a);
            s9 = Dp.DotProduct(s9, a, a);
            s10 = Dp.DotProduct(s10, a, a);
            s11 = Dp.DotProduct(s11, a, a);
        }

        return (s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9 + s10 + s11).ToScalar();
    }
}
