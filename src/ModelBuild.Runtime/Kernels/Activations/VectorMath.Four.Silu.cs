using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <content>SiLU of four vectors at once.</content>
public static partial class VectorMath
{
    /// <summary>Gets what <see cref="SiluFour"/> reads as its constants.</summary>
    internal static ReadOnlySpan<float> SiluConstants =>
    [
        SiluHighest, SiluLowest, -Log2E, ScalingShift, Ln2High, Ln2Low, Negated5, Negated4,
        Negated3, Negated2, Negated1, 1f, 2f,
    ];

    /// <summary>
    /// Replaces four vectors by their results, bit for bit those of <see cref="Silu(Vector256{float})"/>. Their sums advance together: one after the other, each would wait for
    /// its own. The constants are loads from memory, since literals would be kept in registers that the sums need.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static unsafe void SiluFour(float* first, float* second, float* third, float* fourth, float* constants)
    {
        // 2^n is taken as 2^(n - 1), a normal number for every n between the bounds, times 2: the sum rounds once, as with a whole 2^n.
        Vector256<float> k = Vector256.Create(constants[0]);
        Vector256<float> l = Vector256.Create(constants[1]);
        Vector256<float> v0 = Avx.Min(k, Avx.Max(l, Vector256.Load(first)));
        Vector256<float> v1 = Avx.Min(k, Avx.Max(l, Vector256.Load(second)));
        Vector256<float> v2 = Avx.Min(k, Avx.Max(l, Vector256.Load(third)));
        Vector256<float> v3 = Avx.Min(k, Avx.Max(l, Vector256.Load(fourth)));
        k = Vector256.Create(constants[2]);
        l = Vector256.Create(constants[3]);
        Vector256<float> s0 = (v0 * k) + l;
        Vector256<float> s1 = (v1 * k) + l;
        Vector256<float> s2 = (v2 * k) + l;
        Vector256<float> s3 = (v3 * k) + l;
        Vector256<float> n0 = s0 - l;
        Vector256<float> n1 = s1 - l;
        Vector256<float> n2 = s2 - l;
        Vector256<float> n3 = s3 - l;
        k = Vector256.Create(constants[4]);
        v0 = Fma.MultiplyAdd(n0, k, v0);
        v1 = Fma.MultiplyAdd(n1, k, v1);
        v2 = Fma.MultiplyAdd(n2, k, v2);
        v3 = Fma.MultiplyAdd(n3, k, v3);
        k = Vector256.Create(constants[5]);
        v0 = Fma.MultiplyAdd(n0, k, v0);
        v1 = Fma.MultiplyAdd(n1, k, v1);
        v2 = Fma.MultiplyAdd(n2, k, v2);
        v3 = Fma.MultiplyAdd(n3, k, v3);
        k = Vector256.Create(constants[6]);
        l = Vector256.Create(constants[7]);
        Vector256<float> p0 = Fma.MultiplyAdd(k, v0, l);
        Vector256<float> p1 = Fma.MultiplyAdd(k, v1, l);
        Vector256<float> p2 = Fma.MultiplyAdd(k, v2, l);
        Vector256<float> p3 = Fma.MultiplyAdd(k, v3, l);
        k = Vector256.Create(constants[8]);
        p0 = Fma.MultiplyAdd(p0, v0, k);
        p1 = Fma.MultiplyAdd(p1, v1, k);
        p2 = Fma.MultiplyAdd(p2, v2, k);
        p3 = Fma.MultiplyAdd(p3, v3, k);
        k = Vector256.Create(constants[9]);
        p0 = Fma.MultiplyAdd(p0, v0, k);
        p1 = Fma.MultiplyAdd(p1, v1, k);
        p2 = Fma.MultiplyAdd(p2, v2, k);
        p3 = Fma.MultiplyAdd(p3, v3, k);
        k = Vector256.Create(constants[10]);
        p0 = Fma.MultiplyAdd(p0, v0, k);
        p1 = Fma.MultiplyAdd(p1, v1, k);
        p2 = Fma.MultiplyAdd(p2, v2, k);
        p3 = Fma.MultiplyAdd(p3, v3, k);
        Vector256<float> one = Vector256.Create(constants[11]);
        p0 = Fma.MultiplyAdd(p0, v0, one);
        p1 = Fma.MultiplyAdd(p1, v1, one);
        p2 = Fma.MultiplyAdd(p2, v2, one);
        p3 = Fma.MultiplyAdd(p3, v3, one);
        p0 *= Vector256.ShiftLeft(s0.AsInt32(), 23).AsSingle();
        p1 *= Vector256.ShiftLeft(s1.AsInt32(), 23).AsSingle();
        p2 *= Vector256.ShiftLeft(s2.AsInt32(), 23).AsSingle();
        p3 *= Vector256.ShiftLeft(s3.AsInt32(), 23).AsSingle();
        k = Vector256.Create(constants[12]);
        p0 = Fma.MultiplyAdd(p0, k, one);
        p1 = Fma.MultiplyAdd(p1, k, one);
        p2 = Fma.MultiplyAdd(p2, k, one);
        p3 = Fma.MultiplyAdd(p3, k, one);
        (Vector256.Load(first) / p0).Store(first);
        (Vector256.Load(second) / p1).Store(second);
        (Vector256.Load(third) / p2).Store(third);
        (Vector256.Load(fourth) / p3).Store(fourth);
    }
}
