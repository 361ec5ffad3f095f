using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <content>The products of one line of the image and one of the kernel, for up to seven columns.</content>
internal static unsafe partial class F32Depthwise3x3Avx512
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Stride1<TColumns, TEdges>(
        float* p, nint step, Vector512<float> w0, Vector512<float> w1, Vector512<float> w2,
        ref Vector512<float> c0, ref Vector512<float> c1, ref Vector512<float> c2, ref Vector512<float> c3,
        ref Vector512<float> c4, ref Vector512<float> c5, ref Vector512<float> c6)
        where TColumns : struct, ITileRows
        where TEdges : struct, IDepthwiseEdges
    {
        Vector512<float> v;
        if (!TEdges.Left)
        {
            v = Vector512.Load(p);
            c0 = Vector512.FusedMultiplyAdd(v, w0, c0);
        }

        v = Vector512.Load(p + step);
        c0 = Vector512.FusedMultiplyAdd(v, w1, c0);
        if (TColumns.Count > 1)
        {
            c1 = Vector512.FusedMultiplyAdd(v, w0, c1);
        }

        if (TColumns.Count > 1 || !TEdges.Right)
        {
            v = Vector512.Load(p + (2 * step));
            c0 = Vector512.FusedMultiplyAdd(v, w2, c0);

            if (TColumns.Count > 1)
            {
                c1 = Vector512.FusedMultiplyAdd(v, w1, c1);
            }

            if (TColumns.Count > 2)
            {
                c2 = Vector512.FusedMultiplyAdd(v, w0, c2);
            }
        }

        if (TColumns.Count > 2 || (TColumns.Count == 2 && !TEdges.Right))
        {
            v = Vector512.Load(p + (3 * step));
            c1 = Vector512.FusedMultiplyAdd(v, w2, c1);

            if (TColumns.Count > 2)
            {
                c2 = Vector512.FusedMultiplyAdd(v, w1, c2);
            }

            if (TColumns.Count > 3)
            {
                c3 = Vector512.FusedMultiplyAdd(v, w0, c3);
            }
        }

        if (TColumns.Count > 3 || (TColumns.Count == 3 && !TEdges.Right))
        {
            v = Vector512.Load(p + (4 * step));
            c2 = Vector512.FusedMultiplyAdd(v, w2, c2);

            if (TColumns.Count > 3)
            {
                c3 = Vector512.FusedMultiplyAdd(v, w1, c3);
            }

            if (TColumns.Count > 4)
            {
                c4 = Vector512.FusedMultiplyAdd(v, w0, c4);
            }
        }

        if (TColumns.Count > 4 || (TColumns.Count == 4 && !TEdges.Right))
        {
            v = Vector512.Load(p + (5 * step));
            c3 = Vector512.FusedMultiplyAdd(v, w2, c3);

            if (TColumns.Count > 4)
            {
                c4 = Vector512.FusedMultiplyAdd(v, w1, c4);
            }

            if (TColumns.Count > 5)
            {
                c5 = Vector512.FusedMultiplyAdd(v, w0, c5);
            }
        }

        if (TColumns.Count > 5 || (TColumns.Count == 5 && !TEdges.Right))
        {
            v = Vector512.Load(p + (6 * step));
            c4 = Vector512.FusedMultiplyAdd(v, w2, c4);

            if (TColumns.Count > 5)
            {
                c5 = Vector512.FusedMultiplyAdd(v, w1, c5);
            }

            if (TColumns.Count > 6)
            {
                c6 = Vector512.FusedMultiplyAdd(v, w0, c6);
            }
        }

        if (TColumns.Count > 6 || (TColumns.Count == 6 && !TEdges.Right))
        {
            v = Vector512.Load(p + (7 * step));
            c5 = Vector512.FusedMultiplyAdd(v, w2, c5);

            if (TColumns.Count > 6)
            {
                c6 = Vector512.FusedMultiplyAdd(v, w1, c6);
            }
        }

        if (TColumns.Count > 6 && !TEdges.Right)
        {
            v = Vector512.Load(p + (8 * step));
            c6 = Vector512.FusedMultiplyAdd(v, w2, c6);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Stride2<TColumns, TEdges>(
        float* p, nint step, Vector512<float> w0, Vector512<float> w1, Vector512<float> w2,
        ref Vector512<float> c0, ref Vector512<float> c1, ref Vector512<float> c2, ref Vector512<float> c3,
        ref Vector512<float> c4, ref Vector512<float> c5, ref Vector512<float> c6)
        where TColumns : struct, ITileRows
        where TEdges : struct, IDepthwiseEdges
    {
        Vector512<float> v;
        if (!TEdges.Left)
        {
            v = Vector512.Load(p);
            c0 = Vector512.FusedMultiplyAdd(v, w0, c0);
        }

        v = Vector512.Load(p + step);
        c0 = Vector512.FusedMultiplyAdd(v, w1, c0);

        if (TColumns.Count > 1 || !TEdges.Right)
        {
            v = Vector512.Load(p + (2 * step));
            c0 = Vector512.FusedMultiplyAdd(v, w2, c0);

            if (TColumns.Count > 1)
            {
                c1 = Vector512.FusedMultiplyAdd(v, w0, c1);
            }
        }

        if (TColumns.Count > 1)
        {
            v = Vector512.Load(p + (3 * step));
            c1 = Vector512.FusedMultiplyAdd(v, w1, c1);
        }

        if (TColumns.Count > 2 || (TColumns.Count == 2 && !TEdges.Right))
        {
            v = Vector512.Load(p + (4 * step));
            c1 = Vector512.FusedMultiplyAdd(v, w2, c1);

            if (TColumns.Count > 2)
            {
                c2 = Vector512.FusedMultiplyAdd(v, w0, c2);
            }
        }

        if (TColumns.Count > 2)
        {
            v = Vector512.Load(p + (5 * step));
            c2 = Vector512.FusedMultiplyAdd(v, w1, c2);
        }

        if (TColumns.Count > 3 || (TColumns.Count == 3 && !TEdges.Right))
        {
            v = Vector512.Load(p + (6 * step));
            c2 = Vector512.FusedMultiplyAdd(v, w2, c2);

            if (TColumns.Count > 3)
            {
                c3 = Vector512.FusedMultiplyAdd(v, w0, c3);
            }
        }

        if (TColumns.Count > 3)
        {
            v = Vector512.Load(p + (7 * step));
            c3 = Vector512.FusedMultiplyAdd(v, w1, c3);
        }

        if (TColumns.Count > 4 || (TColumns.Count == 4 && !TEdges.Right))
        {
            v = Vector512.Load(p + (8 * step));
            c3 = Vector512.FusedMultiplyAdd(v, w2, c3);

            if (TColumns.Count > 4)
            {
                c4 = Vector512.FusedMultiplyAdd(v, w0, c4);
            }
        }

        if (TColumns.Count > 4)
        {
            v = Vector512.Load(p + (9 * step));
            c4 = Vector512.FusedMultiplyAdd(v, w1, c4);
        }

        if (TColumns.Count > 5 || (TColumns.Count == 5 && !TEdges.Right))
        {
            v = Vector512.Load(p + (10 * step));
            c4 = Vector512.FusedMultiplyAdd(v, w2, c4);

            if (TColumns.Count > 5)
            {
                c5 = Vector512.FusedMultiplyAdd(v, w0, c5);
            }
        }

        if (TColumns.Count > 5)
        {
            v = Vector512.Load(p + (11 * step));
            c5 = Vector512.FusedMultiplyAdd(v, w1, c5);
        }

        if (TColumns.Count > 6 || (TColumns.Count == 6 && !TEdges.Right))
        {
            v = Vector512.Load(p + (12 * step));
            c5 = Vector512.FusedMultiplyAdd(v, w2, c5);

            if (TColumns.Count > 6)
            {
                c6 = Vector512.FusedMultiplyAdd(v, w0, c6);
            }
        }

        if (TColumns.Count > 6)
        {
            v = Vector512.Load(p + (13 * step));
            c6 = Vector512.FusedMultiplyAdd(v, w1, c6);
        }

        if (TColumns.Count > 6 && !TEdges.Right)
        {
            v = Vector512.Load(p + (14 * step));
            c6 = Vector512.FusedMultiplyAdd(v, w2, c6);
        }
    }
}
