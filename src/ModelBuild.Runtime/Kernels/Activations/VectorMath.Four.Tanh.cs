using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <content>The hyperbolic tangent of four vectors at once.</content>
public static partial class VectorMath
{
    /// <summary>Gets what <see cref="TanhFour"/> reads as its constants.</summary>
    internal static ReadOnlySpan<float> TanhConstants =>
    [
        -0f, TanhSaturation, Log2E, ScalingShift, -Ln2High, -Ln2Low, Exp4, Exp3,
        Exp2, Exp1, Exp0, 1f, 2f, Tanh4, Tanh3, Tanh2,
        Tanh1, Tanh0, TanhSplit,
    ];

    /// <summary>
    /// Replaces four vectors by their results, bit for bit those of <see cref="Tanh(Vector256{float})"/>. Their sums advance together: one after the other, each would wait for
    /// its own. The constants are loads from memory, since literals would be kept in registers that the sums need.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static unsafe void TanhFour(float* first, float* second, float* third, float* fourth, float* constants)
    {
        // From TanhSaturation on the exponential is so large that the result is 1. 2^n is taken as 2^(n - 1) times 2: the sum rounds once, as with a whole 2^n.
        Vector256<float> sign = Vector256.Create(constants[0]);
        Vector256<float> k = Vector256.Create(constants[1]);
        Vector256<float> v0 = Vector256.AndNot(Vector256.Load(first), sign);
        Vector256<float> v1 = Vector256.AndNot(Vector256.Load(second), sign);
        Vector256<float> v2 = Vector256.AndNot(Vector256.Load(third), sign);
        Vector256<float> v3 = Vector256.AndNot(Vector256.Load(fourth), sign);
        v0 = Avx.Min(k, v0 + v0);
        v1 = Avx.Min(k, v1 + v1);
        v2 = Avx.Min(k, v2 + v2);
        v3 = Avx.Min(k, v3 + v3);
        k = Vector256.Create(constants[2]);
        Vector256<float> l = Vector256.Create(constants[3]);
        Vector256<float> s0 = Fma.MultiplyAdd(v0, k, l);
        Vector256<float> s1 = Fma.MultiplyAdd(v1, k, l);
        Vector256<float> s2 = Fma.MultiplyAdd(v2, k, l);
        Vector256<float> s3 = Fma.MultiplyAdd(v3, k, l);
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
        p0 = Fma.MultiplyAdd(p0, v0 * v0, v0) + one;
        p1 = Fma.MultiplyAdd(p1, v1 * v1, v1) + one;
        p2 = Fma.MultiplyAdd(p2, v2 * v2, v2) + one;
        p3 = Fma.MultiplyAdd(p3, v3 * v3, v3) + one;
        p0 *= Vector256.ShiftLeft(s0.AsInt32(), 23).AsSingle();
        p1 *= Vector256.ShiftLeft(s1.AsInt32(), 23).AsSingle();
        p2 *= Vector256.ShiftLeft(s2.AsInt32(), 23).AsSingle();
        p3 *= Vector256.ShiftLeft(s3.AsInt32(), 23).AsSingle();
        k = Vector256.Create(constants[12]);
        p0 = one - (k / Fma.MultiplyAdd(p0, k, one));
        p1 = one - (k / Fma.MultiplyAdd(p1, k, one));
        p2 = one - (k / Fma.MultiplyAdd(p2, k, one));
        p3 = one - (k / Fma.MultiplyAdd(p3, k, one));

        Vector256<float> z0 = Vector256.Load(first) * Vector256.Load(first);
        Vector256<float> z1 = Vector256.Load(second) * Vector256.Load(second);
        Vector256<float> z2 = Vector256.Load(third) * Vector256.Load(third);
        Vector256<float> z3 = Vector256.Load(fourth) * Vector256.Load(fourth);
        k = Vector256.Create(constants[13]);
        l = Vector256.Create(constants[14]);
        Vector256<float> q0 = Fma.MultiplyAdd(k, z0, l);
        Vector256<float> q1 = Fma.MultiplyAdd(k, z1, l);
        Vector256<float> q2 = Fma.MultiplyAdd(k, z2, l);
        Vector256<float> q3 = Fma.MultiplyAdd(k, z3, l);
        k = Vector256.Create(constants[15]);
        q0 = Fma.MultiplyAdd(q0, z0, k);
        q1 = Fma.MultiplyAdd(q1, z1, k);
        q2 = Fma.MultiplyAdd(q2, z2, k);
        q3 = Fma.MultiplyAdd(q3, z3, k);
        k = Vector256.Create(constants[16]);
        q0 = Fma.MultiplyAdd(q0, z0, k);
        q1 = Fma.MultiplyAdd(q1, z1, k);
        q2 = Fma.MultiplyAdd(q2, z2, k);
        q3 = Fma.MultiplyAdd(q3, z3, k);
        k = Vector256.Create(constants[17]);
        q0 = Fma.MultiplyAdd(q0, z0, k);
        q1 = Fma.MultiplyAdd(q1, z1, k);
        q2 = Fma.MultiplyAdd(q2, z2, k);
        q3 = Fma.MultiplyAdd(q3, z3, k);
        q0 = Fma.MultiplyAdd(q0 * z0, Vector256.Load(first), Vector256.Load(first));
        q1 = Fma.MultiplyAdd(q1 * z1, Vector256.Load(second), Vector256.Load(second));
        q2 = Fma.MultiplyAdd(q2 * z2, Vector256.Load(third), Vector256.Load(third));
        q3 = Fma.MultiplyAdd(q3 * z3, Vector256.Load(fourth), Vector256.Load(fourth));
        k = Vector256.Create(constants[18]);
        p0 = Vector256.ConditionalSelect(Vector256.LessThan(Vector256.AndNot(Vector256.Load(first), sign), k), q0, p0);
        p1 = Vector256.ConditionalSelect(Vector256.LessThan(Vector256.AndNot(Vector256.Load(second), sign), k), q1, p1);
        p2 = Vector256.ConditionalSelect(Vector256.LessThan(Vector256.AndNot(Vector256.Load(third), sign), k), q2, p2);
        p3 = Vector256.ConditionalSelect(Vector256.LessThan(Vector256.AndNot(Vector256.Load(fourth), sign), k), q3, p3);
        (p0 | (Vector256.Load(first) & sign)).Store(first);
        (p1 | (Vector256.Load(second) & sign)).Store(second);
        (p2 | (Vector256.Load(third) & sign)).Store(third);
        (p3 | (Vector256.Load(fourth) & sign)).Store(fourth);
    }
}
