using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>AVX-512 product of a row with packed panels.</summary>
internal static unsafe class F32GemvAvx512
{
    /// <summary>Elements from a weight to the one that is asked for: 2 KB, half a page.</summary>
    private const int Ahead = 512;

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

    /// <summary>Computes 16 columns of weights that only the third level of the cache or memory holds: lines are asked for before they are needed, those of the next panels too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void PanelAhead(float* x, float* w, float* sums, nint k)
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
            Prefetch(w + Ahead);
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

    // Eight lines.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(float* w)
    {
        Sse.Prefetch0(w);
        Sse.Prefetch0(w + 16);
        Sse.Prefetch0(w + 32);
        Sse.Prefetch0(w + 48);
        Sse.Prefetch0(w + 64);
        Sse.Prefetch0(w + 80);
        Sse.Prefetch0(w + 96);
        Sse.Prefetch0(w + 112);
    }
}
