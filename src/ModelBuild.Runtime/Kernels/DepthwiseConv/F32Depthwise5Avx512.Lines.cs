using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <content>The products of one line of the image and one of the kernel, for up to seven columns.</content>
internal static unsafe partial class F32Depthwise5Avx512
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Stride1<TColumns, TEdges>(
        float* p, nint step, int from, int to, Vector512<float> w0, Vector512<float> w1, Vector512<float> w2, Vector512<float> w3, Vector512<float> w4,
        ref Vector512<float> c0, ref Vector512<float> c1, ref Vector512<float> c2, ref Vector512<float> c3,
        ref Vector512<float> c4, ref Vector512<float> c5, ref Vector512<float> c6)
        where TColumns : struct, ITileRows
        where TEdges : struct, IDepthwiseEdges
    {
        Vector512<float> v;
        if (Has<TColumns, TEdges>(0, 1, from, to))
        {
            v = Vector512.Load(p);
            Add<TColumns>(0, v, w0, ref c0);
        }

        if (Has<TColumns, TEdges>(1, 1, from, to))
        {
            v = Vector512.Load(p + step);
            Add<TColumns>(0, v, w1, ref c0);
            Add<TColumns>(1, v, w0, ref c1);
        }

        if (Has<TColumns, TEdges>(2, 1, from, to))
        {
            v = Vector512.Load(p + (2 * step));
            Add<TColumns>(0, v, w2, ref c0);
            Add<TColumns>(1, v, w1, ref c1);
            Add<TColumns>(2, v, w0, ref c2);
        }

        if (Has<TColumns, TEdges>(3, 1, from, to))
        {
            v = Vector512.Load(p + (3 * step));
            Add<TColumns>(0, v, w3, ref c0);
            Add<TColumns>(1, v, w2, ref c1);
            Add<TColumns>(2, v, w1, ref c2);
            Add<TColumns>(3, v, w0, ref c3);
        }

        if (Has<TColumns, TEdges>(4, 1, from, to))
        {
            v = Vector512.Load(p + (4 * step));
            Add<TColumns>(0, v, w4, ref c0);
            Add<TColumns>(1, v, w3, ref c1);
            Add<TColumns>(2, v, w2, ref c2);
            Add<TColumns>(3, v, w1, ref c3);
            Add<TColumns>(4, v, w0, ref c4);
        }

        if (Has<TColumns, TEdges>(5, 1, from, to))
        {
            v = Vector512.Load(p + (5 * step));
            Add<TColumns>(1, v, w4, ref c1);
            Add<TColumns>(2, v, w3, ref c2);
            Add<TColumns>(3, v, w2, ref c3);
            Add<TColumns>(4, v, w1, ref c4);
            Add<TColumns>(5, v, w0, ref c5);
        }

        if (Has<TColumns, TEdges>(6, 1, from, to))
        {
            v = Vector512.Load(p + (6 * step));
            Add<TColumns>(2, v, w4, ref c2);
            Add<TColumns>(3, v, w3, ref c3);
            Add<TColumns>(4, v, w2, ref c4);
            Add<TColumns>(5, v, w1, ref c5);
            Add<TColumns>(6, v, w0, ref c6);
        }

        if (Has<TColumns, TEdges>(7, 1, from, to))
        {
            v = Vector512.Load(p + (7 * step));
            Add<TColumns>(3, v, w4, ref c3);
            Add<TColumns>(4, v, w3, ref c4);
            Add<TColumns>(5, v, w2, ref c5);
            Add<TColumns>(6, v, w1, ref c6);
        }

        if (Has<TColumns, TEdges>(8, 1, from, to))
        {
            v = Vector512.Load(p + (8 * step));
            Add<TColumns>(4, v, w4, ref c4);
            Add<TColumns>(5, v, w3, ref c5);
            Add<TColumns>(6, v, w2, ref c6);
        }

        if (Has<TColumns, TEdges>(9, 1, from, to))
        {
            v = Vector512.Load(p + (9 * step));
            Add<TColumns>(5, v, w4, ref c5);
            Add<TColumns>(6, v, w3, ref c6);
        }

        if (Has<TColumns, TEdges>(10, 1, from, to))
        {
            v = Vector512.Load(p + (10 * step));
            Add<TColumns>(6, v, w4, ref c6);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Stride2<TColumns, TEdges>(
        float* p, nint step, int from, int to, Vector512<float> w0, Vector512<float> w1, Vector512<float> w2, Vector512<float> w3, Vector512<float> w4,
        ref Vector512<float> c0, ref Vector512<float> c1, ref Vector512<float> c2, ref Vector512<float> c3,
        ref Vector512<float> c4, ref Vector512<float> c5, ref Vector512<float> c6)
        where TColumns : struct, ITileRows
        where TEdges : struct, IDepthwiseEdges
    {
        Vector512<float> v;
        if (Has<TColumns, TEdges>(0, 2, from, to))
        {
            v = Vector512.Load(p);
            Add<TColumns>(0, v, w0, ref c0);
        }

        if (Has<TColumns, TEdges>(1, 2, from, to))
        {
            v = Vector512.Load(p + step);
            Add<TColumns>(0, v, w1, ref c0);
        }

        if (Has<TColumns, TEdges>(2, 2, from, to))
        {
            v = Vector512.Load(p + (2 * step));
            Add<TColumns>(0, v, w2, ref c0);
            Add<TColumns>(1, v, w0, ref c1);
        }

        if (Has<TColumns, TEdges>(3, 2, from, to))
        {
            v = Vector512.Load(p + (3 * step));
            Add<TColumns>(0, v, w3, ref c0);
            Add<TColumns>(1, v, w1, ref c1);
        }

        if (Has<TColumns, TEdges>(4, 2, from, to))
        {
            v = Vector512.Load(p + (4 * step));
            Add<TColumns>(0, v, w4, ref c0);
            Add<TColumns>(1, v, w2, ref c1);
            Add<TColumns>(2, v, w0, ref c2);
        }

        if (Has<TColumns, TEdges>(5, 2, from, to))
        {
            v = Vector512.Load(p + (5 * step));
            Add<TColumns>(1, v, w3, ref c1);
            Add<TColumns>(2, v, w1, ref c2);
        }

        if (Has<TColumns, TEdges>(6, 2, from, to))
        {
            v = Vector512.Load(p + (6 * step));
            Add<TColumns>(1, v, w4, ref c1);
            Add<TColumns>(2, v, w2, ref c2);
            Add<TColumns>(3, v, w0, ref c3);
        }

        if (Has<TColumns, TEdges>(7, 2, from, to))
        {
            v = Vector512.Load(p + (7 * step));
            Add<TColumns>(2, v, w3, ref c2);
            Add<TColumns>(3, v, w1, ref c3);
        }

        if (Has<TColumns, TEdges>(8, 2, from, to))
        {
            v = Vector512.Load(p + (8 * step));
            Add<TColumns>(2, v, w4, ref c2);
            Add<TColumns>(3, v, w2, ref c3);
            Add<TColumns>(4, v, w0, ref c4);
        }

        if (Has<TColumns, TEdges>(9, 2, from, to))
        {
            v = Vector512.Load(p + (9 * step));
            Add<TColumns>(3, v, w3, ref c3);
            Add<TColumns>(4, v, w1, ref c4);
        }

        if (Has<TColumns, TEdges>(10, 2, from, to))
        {
            v = Vector512.Load(p + (10 * step));
            Add<TColumns>(3, v, w4, ref c3);
            Add<TColumns>(4, v, w2, ref c4);
            Add<TColumns>(5, v, w0, ref c5);
        }

        if (Has<TColumns, TEdges>(11, 2, from, to))
        {
            v = Vector512.Load(p + (11 * step));
            Add<TColumns>(4, v, w3, ref c4);
            Add<TColumns>(5, v, w1, ref c5);
        }

        if (Has<TColumns, TEdges>(12, 2, from, to))
        {
            v = Vector512.Load(p + (12 * step));
            Add<TColumns>(4, v, w4, ref c4);
            Add<TColumns>(5, v, w2, ref c5);
            Add<TColumns>(6, v, w0, ref c6);
        }

        if (Has<TColumns, TEdges>(13, 2, from, to))
        {
            v = Vector512.Load(p + (13 * step));
            Add<TColumns>(5, v, w3, ref c5);
            Add<TColumns>(6, v, w1, ref c6);
        }

        if (Has<TColumns, TEdges>(14, 2, from, to))
        {
            v = Vector512.Load(p + (14 * step));
            Add<TColumns>(5, v, w4, ref c5);
            Add<TColumns>(6, v, w2, ref c6);
        }

        if (Has<TColumns, TEdges>(15, 2, from, to))
        {
            v = Vector512.Load(p + (15 * step));
            Add<TColumns>(6, v, w3, ref c6);
        }

        if (Has<TColumns, TEdges>(16, 2, from, to))
        {
            v = Vector512.Load(p + (16 * step));
            Add<TColumns>(6, v, w4, ref c6);
        }
    }
    /// <summary>Tells whether a tile reads a column of the image, counted from its first window: <paramref name="from"/> and <paramref name="to"/> are the edges of the image.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Has<TColumns, TEdges>(int column, int stride, int from, int to)
        where TColumns : struct, ITileRows
        where TEdges : struct, IDepthwiseEdges
    {
        int end = ((TColumns.Count - 1) * stride) + KernelW;
        return column < end && (!TEdges.Left || column >= MaxPads || column >= from) && (!TEdges.Right || column < end - MaxPads || column < to);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TColumns>(int column, Vector512<float> value, Vector512<float> weight, ref Vector512<float> sum)
        where TColumns : struct, ITileRows
    {
        if (column < TColumns.Count)
        {
            sum = Vector512.FusedMultiplyAdd(value, weight, sum);
        }
    }
}
