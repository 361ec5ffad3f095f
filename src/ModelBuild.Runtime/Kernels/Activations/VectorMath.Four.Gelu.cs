using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <content>GELU of four vectors at once.</content>
public static partial class VectorMath
{
    /// <summary>Gets what <see cref="GeluFour"/> reads as its constants.</summary>
    internal static ReadOnlySpan<float> GeluConstants =>
    [
        InverseSqrt2, -GeluBound, GeluBound, GeluP6, GeluP5, GeluP4, GeluP3, GeluP2,
        GeluP1, GeluP0, GeluQ4, GeluQ3, GeluQ2, GeluQ1, 1f, -1f,
        0.5f,
    ];

    /// <summary>
    /// Replaces four vectors by their results, bit for bit those of <see cref="Gelu(Vector256{float})"/>. Their sums advance together: one after the other, each would wait for
    /// its own. The constants are loads from memory, since literals would be kept in registers that the sums need.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static unsafe void GeluFour(float* first, float* second, float* third, float* fourth, float* constants)
    {
        Vector256<float> k = Vector256.Create(constants[0]);
        Vector256<float> l = Vector256.Create(constants[1]);
        Vector256<float> h = Vector256.Create(constants[2]);
        Vector256<float> v0 = Avx.Min(h, Avx.Max(l, Vector256.Load(first) * k));
        Vector256<float> v1 = Avx.Min(h, Avx.Max(l, Vector256.Load(second) * k));
        Vector256<float> v2 = Avx.Min(h, Avx.Max(l, Vector256.Load(third) * k));
        Vector256<float> v3 = Avx.Min(h, Avx.Max(l, Vector256.Load(fourth) * k));
        Vector256<float> s0 = v0 * v0;
        Vector256<float> s1 = v1 * v1;
        Vector256<float> s2 = v2 * v2;
        Vector256<float> s3 = v3 * v3;
        k = Vector256.Create(constants[3]);
        l = Vector256.Create(constants[4]);
        Vector256<float> p0 = Fma.MultiplyAdd(k, s0, l);
        Vector256<float> p1 = Fma.MultiplyAdd(k, s1, l);
        Vector256<float> p2 = Fma.MultiplyAdd(k, s2, l);
        Vector256<float> p3 = Fma.MultiplyAdd(k, s3, l);
        k = Vector256.Create(constants[5]);
        p0 = Fma.MultiplyAdd(p0, s0, k);
        p1 = Fma.MultiplyAdd(p1, s1, k);
        p2 = Fma.MultiplyAdd(p2, s2, k);
        p3 = Fma.MultiplyAdd(p3, s3, k);
        k = Vector256.Create(constants[6]);
        p0 = Fma.MultiplyAdd(p0, s0, k);
        p1 = Fma.MultiplyAdd(p1, s1, k);
        p2 = Fma.MultiplyAdd(p2, s2, k);
        p3 = Fma.MultiplyAdd(p3, s3, k);
        k = Vector256.Create(constants[7]);
        p0 = Fma.MultiplyAdd(p0, s0, k);
        p1 = Fma.MultiplyAdd(p1, s1, k);
        p2 = Fma.MultiplyAdd(p2, s2, k);
        p3 = Fma.MultiplyAdd(p3, s3, k);
        k = Vector256.Create(constants[8]);
        p0 = Fma.MultiplyAdd(p0, s0, k);
        p1 = Fma.MultiplyAdd(p1, s1, k);
        p2 = Fma.MultiplyAdd(p2, s2, k);
        p3 = Fma.MultiplyAdd(p3, s3, k);
        k = Vector256.Create(constants[9]);
        p0 = Fma.MultiplyAdd(p0, s0, k);
        p1 = Fma.MultiplyAdd(p1, s1, k);
        p2 = Fma.MultiplyAdd(p2, s2, k);
        p3 = Fma.MultiplyAdd(p3, s3, k);
        v0 *= p0;
        v1 *= p1;
        v2 *= p2;
        v3 *= p3;
        k = Vector256.Create(constants[10]);
        l = Vector256.Create(constants[11]);
        Vector256<float> q0 = Fma.MultiplyAdd(k, s0, l);
        Vector256<float> q1 = Fma.MultiplyAdd(k, s1, l);
        Vector256<float> q2 = Fma.MultiplyAdd(k, s2, l);
        Vector256<float> q3 = Fma.MultiplyAdd(k, s3, l);
        k = Vector256.Create(constants[12]);
        q0 = Fma.MultiplyAdd(q0, s0, k);
        q1 = Fma.MultiplyAdd(q1, s1, k);
        q2 = Fma.MultiplyAdd(q2, s2, k);
        q3 = Fma.MultiplyAdd(q3, s3, k);
        k = Vector256.Create(constants[13]);
        q0 = Fma.MultiplyAdd(q0, s0, k);
        q1 = Fma.MultiplyAdd(q1, s1, k);
        q2 = Fma.MultiplyAdd(q2, s2, k);
        q3 = Fma.MultiplyAdd(q3, s3, k);
        Vector256<float> one = Vector256.Create(constants[14]);
        q0 = Fma.MultiplyAdd(q0, s0, one);
        q1 = Fma.MultiplyAdd(q1, s1, one);
        q2 = Fma.MultiplyAdd(q2, s2, one);
        q3 = Fma.MultiplyAdd(q3, s3, one);
        l = Vector256.Create(constants[15]);
        v0 = Avx.Min(one, Avx.Max(l, v0 / q0));
        v1 = Avx.Min(one, Avx.Max(l, v1 / q1));
        v2 = Avx.Min(one, Avx.Max(l, v2 / q2));
        v3 = Avx.Min(one, Avx.Max(l, v3 / q3));
        k = Vector256.Create(constants[16]);
        (Vector256.Load(first) * k * (one + v0)).Store(first);
        (Vector256.Load(second) * k * (one + v1)).Store(second);
        (Vector256.Load(third) * k * (one + v2)).Store(third);
        (Vector256.Load(fourth) * k * (one + v3)).Store(fourth);
    }
}
