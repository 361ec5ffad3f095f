using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>Portable product of a row with packed panels.</summary>
internal static unsafe class F32GemvVector128
{
    /// <summary>Computes 32 columns: 2 panels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Panels(float* x, float* w, float* sums, nint k, nint panelStride)
    {
        float* w1 = w + panelStride;
        Vector128<float> c0_0_0 = Vector128<float>.Zero;
        Vector128<float> c0_0_1 = Vector128<float>.Zero;
        Vector128<float> c0_0_2 = Vector128<float>.Zero;
        Vector128<float> c0_0_3 = Vector128<float>.Zero;
        Vector128<float> c0_1_0 = Vector128<float>.Zero;
        Vector128<float> c0_1_1 = Vector128<float>.Zero;
        Vector128<float> c0_1_2 = Vector128<float>.Zero;
        Vector128<float> c0_1_3 = Vector128<float>.Zero;
        float* end = x + k;
        for (; x < end; x++)
        {
            Vector128<float> v0 = Vector128.Create(*x);
            c0_0_0 = NativeMath.MultiplyAdd(v0, Vector128.Load(w), c0_0_0);
            c0_0_1 = NativeMath.MultiplyAdd(v0, Vector128.Load(w + 4), c0_0_1);
            c0_0_2 = NativeMath.MultiplyAdd(v0, Vector128.Load(w + 8), c0_0_2);
            c0_0_3 = NativeMath.MultiplyAdd(v0, Vector128.Load(w + 12), c0_0_3);
            c0_1_0 = NativeMath.MultiplyAdd(v0, Vector128.Load(w1), c0_1_0);
            c0_1_1 = NativeMath.MultiplyAdd(v0, Vector128.Load(w1 + 4), c0_1_1);
            c0_1_2 = NativeMath.MultiplyAdd(v0, Vector128.Load(w1 + 8), c0_1_2);
            c0_1_3 = NativeMath.MultiplyAdd(v0, Vector128.Load(w1 + 12), c0_1_3);
            w += 16;
            w1 += 16;
        }

        c0_0_0.Store(sums);
        c0_0_1.Store(sums + 4);
        c0_0_2.Store(sums + 8);
        c0_0_3.Store(sums + 12);
        c0_1_0.Store(sums + 16);
        c0_1_1.Store(sums + 20);
        c0_1_2.Store(sums + 24);
        c0_1_3.Store(sums + 28);
    }

    /// <summary>Computes 16 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Panel(float* x, float* w, float* sums, nint k)
    {
        Vector128<float> c0_0_0 = Vector128<float>.Zero;
        Vector128<float> c0_0_1 = Vector128<float>.Zero;
        Vector128<float> c0_0_2 = Vector128<float>.Zero;
        Vector128<float> c0_0_3 = Vector128<float>.Zero;
        Vector128<float> c1_0_0 = Vector128<float>.Zero;
        Vector128<float> c1_0_1 = Vector128<float>.Zero;
        Vector128<float> c1_0_2 = Vector128<float>.Zero;
        Vector128<float> c1_0_3 = Vector128<float>.Zero;
        float* end = x + k;
        for (; end - x >= 2; x += 2)
        {
            Vector128<float> v0 = Vector128.Create(*x);
            c0_0_0 = NativeMath.MultiplyAdd(v0, Vector128.Load(w), c0_0_0);
            c0_0_1 = NativeMath.MultiplyAdd(v0, Vector128.Load(w + 4), c0_0_1);
            c0_0_2 = NativeMath.MultiplyAdd(v0, Vector128.Load(w + 8), c0_0_2);
            c0_0_3 = NativeMath.MultiplyAdd(v0, Vector128.Load(w + 12), c0_0_3);
            Vector128<float> v1 = Vector128.Create(x[1]);
            c1_0_0 = NativeMath.MultiplyAdd(v1, Vector128.Load(w + 16), c1_0_0);
            c1_0_1 = NativeMath.MultiplyAdd(v1, Vector128.Load(w + 20), c1_0_1);
            c1_0_2 = NativeMath.MultiplyAdd(v1, Vector128.Load(w + 24), c1_0_2);
            c1_0_3 = NativeMath.MultiplyAdd(v1, Vector128.Load(w + 28), c1_0_3);
            w += 32;
        }

        for (; x < end; x++)
        {
            Vector128<float> v0 = Vector128.Create(*x);
            c0_0_0 = NativeMath.MultiplyAdd(v0, Vector128.Load(w), c0_0_0);
            c0_0_1 = NativeMath.MultiplyAdd(v0, Vector128.Load(w + 4), c0_0_1);
            c0_0_2 = NativeMath.MultiplyAdd(v0, Vector128.Load(w + 8), c0_0_2);
            c0_0_3 = NativeMath.MultiplyAdd(v0, Vector128.Load(w + 12), c0_0_3);
            w += 16;
        }

        (c0_0_0 + c1_0_0).Store(sums);
        (c0_0_1 + c1_0_1).Store(sums + 4);
        (c0_0_2 + c1_0_2).Store(sums + 8);
        (c0_0_3 + c1_0_3).Store(sums + 12);
    }
}
