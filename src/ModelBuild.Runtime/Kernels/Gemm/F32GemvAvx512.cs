using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>AVX-512 product of a row with packed panels.</summary>
internal static unsafe class F32GemvAvx512
{
    /// <summary>Computes 64 columns: 4 panels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Panels(float* x, float* w, float* sums, nint k, nint panelStride)
    {
        float* w1 = w + panelStride;
        float* w2 = w + (2 * panelStride);
        float* w3 = w + (3 * panelStride);
        Vector512<float> c0_0_0 = Vector512<float>.Zero;
        Vector512<float> c0_1_0 = Vector512<float>.Zero;
        Vector512<float> c0_2_0 = Vector512<float>.Zero;
        Vector512<float> c0_3_0 = Vector512<float>.Zero;
        Vector512<float> c1_0_0 = Vector512<float>.Zero;
        Vector512<float> c1_1_0 = Vector512<float>.Zero;
        Vector512<float> c1_2_0 = Vector512<float>.Zero;
        Vector512<float> c1_3_0 = Vector512<float>.Zero;
        float* end = x + k;
        for (; end - x >= 2; x += 2)
        {
            Vector512<float> v0 = Vector512.Create(*x);
            c0_0_0 = Vector512.FusedMultiplyAdd(v0, Vector512.Load(w), c0_0_0);
            c0_1_0 = Vector512.FusedMultiplyAdd(v0, Vector512.Load(w1), c0_1_0);
            c0_2_0 = Vector512.FusedMultiplyAdd(v0, Vector512.Load(w2), c0_2_0);
            c0_3_0 = Vector512.FusedMultiplyAdd(v0, Vector512.Load(w3), c0_3_0);
            Vector512<float> v1 = Vector512.Create(x[1]);
            c1_0_0 = Vector512.FusedMultiplyAdd(v1, Vector512.Load(w + 16), c1_0_0);
            c1_1_0 = Vector512.FusedMultiplyAdd(v1, Vector512.Load(w1 + 16), c1_1_0);
            c1_2_0 = Vector512.FusedMultiplyAdd(v1, Vector512.Load(w2 + 16), c1_2_0);
            c1_3_0 = Vector512.FusedMultiplyAdd(v1, Vector512.Load(w3 + 16), c1_3_0);
            w += 32;
            w1 += 32;
            w2 += 32;
            w3 += 32;
        }

        for (; x < end; x++)
        {
            Vector512<float> v0 = Vector512.Create(*x);
            c0_0_0 = Vector512.FusedMultiplyAdd(v0, Vector512.Load(w), c0_0_0);
            c0_1_0 = Vector512.FusedMultiplyAdd(v0, Vector512.Load(w1), c0_1_0);
            c0_2_0 = Vector512.FusedMultiplyAdd(v0, Vector512.Load(w2), c0_2_0);
            c0_3_0 = Vector512.FusedMultiplyAdd(v0, Vector512.Load(w3), c0_3_0);
            w += 16;
            w1 += 16;
            w2 += 16;
            w3 += 16;
        }

        (c0_0_0 + c1_0_0).Store(sums);
        (c0_1_0 + c1_1_0).Store(sums + 16);
        (c0_2_0 + c1_2_0).Store(sums + 32);
        (c0_3_0 + c1_3_0).Store(sums + 48);
    }

    /// <summary>Computes 16 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Panel(float* x, float* w, float* sums, nint k)
    {
        Vector512<float> c0_0_0 = Vector512<float>.Zero;
        Vector512<float> c1_0_0 = Vector512<float>.Zero;
        Vector512<float> c2_0_0 = Vector512<float>.Zero;
        Vector512<float> c3_0_0 = Vector512<float>.Zero;
        Vector512<float> c4_0_0 = Vector512<float>.Zero;
        Vector512<float> c5_0_0 = Vector512<float>.Zero;
        Vector512<float> c6_0_0 = Vector512<float>.Zero;
        Vector512<float> c7_0_0 = Vector512<float>.Zero;
        float* end = x + k;
        for (; end - x >= 8; x += 8)
        {
            Vector512<float> v0 = Vector512.Create(*x);
            c0_0_0 = Vector512.FusedMultiplyAdd(v0, Vector512.Load(w), c0_0_0);
            Vector512<float> v1 = Vector512.Create(x[1]);
            c1_0_0 = Vector512.FusedMultiplyAdd(v1, Vector512.Load(w + 16), c1_0_0);
            Vector512<float> v2 = Vector512.Create(x[2]);
            c2_0_0 = Vector512.FusedMultiplyAdd(v2, Vector512.Load(w + 32), c2_0_0);
            Vector512<float> v3 = Vector512.Create(x[3]);
            c3_0_0 = Vector512.FusedMultiplyAdd(v3, Vector512.Load(w + 48), c3_0_0);
            Vector512<float> v4 = Vector512.Create(x[4]);
            c4_0_0 = Vector512.FusedMultiplyAdd(v4, Vector512.Load(w + 64), c4_0_0);
            Vector512<float> v5 = Vector512.Create(x[5]);
            c5_0_0 = Vector512.FusedMultiplyAdd(v5, Vector512.Load(w + 80), c5_0_0);
            Vector512<float> v6 = Vector512.Create(x[6]);
            c6_0_0 = Vector512.FusedMultiplyAdd(v6, Vector512.Load(w + 96), c6_0_0);
            Vector512<float> v7 = Vector512.Create(x[7]);
            c7_0_0 = Vector512.FusedMultiplyAdd(v7, Vector512.Load(w + 112), c7_0_0);
            w += 128;
        }

        for (; x < end; x++)
        {
            Vector512<float> v0 = Vector512.Create(*x);
            c0_0_0 = Vector512.FusedMultiplyAdd(v0, Vector512.Load(w), c0_0_0);
            w += 16;
        }

        (((c0_0_0 + c1_0_0) + (c2_0_0 + c3_0_0)) + ((c4_0_0 + c5_0_0) + (c6_0_0 + c7_0_0))).Store(sums);
    }
}
