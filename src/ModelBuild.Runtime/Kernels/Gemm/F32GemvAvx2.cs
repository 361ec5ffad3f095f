using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>AVX2 product of a row with packed panels.</summary>
internal static unsafe class F32GemvAvx2
{
    /// <summary>Computes 64 columns: 4 panels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Panels(float* x, float* w, float* sums, nint k, nint panelStride)
    {
        float* w1 = w + panelStride;
        float* w2 = w + (2 * panelStride);
        float* w3 = w + (3 * panelStride);
        Vector256<float> c0_0_0 = Vector256<float>.Zero;
        Vector256<float> c0_0_1 = Vector256<float>.Zero;
        Vector256<float> c0_1_0 = Vector256<float>.Zero;
        Vector256<float> c0_1_1 = Vector256<float>.Zero;
        Vector256<float> c0_2_0 = Vector256<float>.Zero;
        Vector256<float> c0_2_1 = Vector256<float>.Zero;
        Vector256<float> c0_3_0 = Vector256<float>.Zero;
        Vector256<float> c0_3_1 = Vector256<float>.Zero;
        float* end = x + k;
        for (; x < end; x++)
        {
            Vector256<float> v0 = Vector256.Create(*x);
            c0_0_0 = Vector256.FusedMultiplyAdd(v0, Vector256.Load(w), c0_0_0);
            c0_0_1 = Vector256.FusedMultiplyAdd(v0, Vector256.Load(w + 8), c0_0_1);
            c0_1_0 = Vector256.FusedMultiplyAdd(v0, Vector256.Load(w1), c0_1_0);
            c0_1_1 = Vector256.FusedMultiplyAdd(v0, Vector256.Load(w1 + 8), c0_1_1);
            c0_2_0 = Vector256.FusedMultiplyAdd(v0, Vector256.Load(w2), c0_2_0);
            c0_2_1 = Vector256.FusedMultiplyAdd(v0, Vector256.Load(w2 + 8), c0_2_1);
            c0_3_0 = Vector256.FusedMultiplyAdd(v0, Vector256.Load(w3), c0_3_0);
            c0_3_1 = Vector256.FusedMultiplyAdd(v0, Vector256.Load(w3 + 8), c0_3_1);
            w += 16;
            w1 += 16;
            w2 += 16;
            w3 += 16;
        }

        c0_0_0.Store(sums);
        c0_0_1.Store(sums + 8);
        c0_1_0.Store(sums + 16);
        c0_1_1.Store(sums + 24);
        c0_2_0.Store(sums + 32);
        c0_2_1.Store(sums + 40);
        c0_3_0.Store(sums + 48);
        c0_3_1.Store(sums + 56);
    }

    /// <summary>Computes 16 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Panel(float* x, float* w, float* sums, nint k)
    {
        Vector256<float> c0_0_0 = Vector256<float>.Zero;
        Vector256<float> c0_0_1 = Vector256<float>.Zero;
        Vector256<float> c1_0_0 = Vector256<float>.Zero;
        Vector256<float> c1_0_1 = Vector256<float>.Zero;
        Vector256<float> c2_0_0 = Vector256<float>.Zero;
        Vector256<float> c2_0_1 = Vector256<float>.Zero;
        Vector256<float> c3_0_0 = Vector256<float>.Zero;
        Vector256<float> c3_0_1 = Vector256<float>.Zero;
        float* end = x + k;
        for (; end - x >= 4; x += 4)
        {
            Vector256<float> v0 = Vector256.Create(*x);
            c0_0_0 = Vector256.FusedMultiplyAdd(v0, Vector256.Load(w), c0_0_0);
            c0_0_1 = Vector256.FusedMultiplyAdd(v0, Vector256.Load(w + 8), c0_0_1);
            Vector256<float> v1 = Vector256.Create(x[1]);
            c1_0_0 = Vector256.FusedMultiplyAdd(v1, Vector256.Load(w + 16), c1_0_0);
            c1_0_1 = Vector256.FusedMultiplyAdd(v1, Vector256.Load(w + 24), c1_0_1);
            Vector256<float> v2 = Vector256.Create(x[2]);
            c2_0_0 = Vector256.FusedMultiplyAdd(v2, Vector256.Load(w + 32), c2_0_0);
            c2_0_1 = Vector256.FusedMultiplyAdd(v2, Vector256.Load(w + 40), c2_0_1);
            Vector256<float> v3 = Vector256.Create(x[3]);
            c3_0_0 = Vector256.FusedMultiplyAdd(v3, Vector256.Load(w + 48), c3_0_0);
            c3_0_1 = Vector256.FusedMultiplyAdd(v3, Vector256.Load(w + 56), c3_0_1);
            w += 64;
        }

        for (; x < end; x++)
        {
            Vector256<float> v0 = Vector256.Create(*x);
            c0_0_0 = Vector256.FusedMultiplyAdd(v0, Vector256.Load(w), c0_0_0);
            c0_0_1 = Vector256.FusedMultiplyAdd(v0, Vector256.Load(w + 8), c0_0_1);
            w += 16;
        }

        ((c0_0_0 + c1_0_0) + (c2_0_0 + c3_0_0)).Store(sums);
        ((c0_0_1 + c1_0_1) + (c2_0_1 + c3_0_1)).Store(sums + 8);
    }
}
