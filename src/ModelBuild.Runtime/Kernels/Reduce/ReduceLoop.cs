using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>The loops behind the reductions.</summary>
internal static unsafe class ReduceLoop
{
    private const int LaneBytes = 128;

    /// <summary>Reduces the middle axis of [outer, axis, inner].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run<T, TPrepare, TCombine>(TPrepare prepare, ReadOnlySpan<T> x, Span<T> y, int outer, int axis, int inner, T identity)
        where T : unmanaged, INumber<T>
        where TPrepare : struct, IUnaryOperator<T>
        where TCombine : struct, IBinaryOperator<T>
    {
        Throw.IfShorter(x.Length, (long)outer * axis * inner, nameof(x));
        Throw.IfShorter(y.Length, (long)outer * inner, nameof(y));
        fixed (T* px = x)
        fixed (T* py = y)
        {
            var part = new Part<T, TPrepare, TCombine>(prepare, px, py, outer, axis, inner, identity);
            long work = 2L * sizeof(T) * outer * axis * inner;
            if (ThreadTeam.For(work) is not { } team)
            {
                part.Reduce(0, outer, 0, inner);
            }
            else if (outer > 1)
            {
                SharedRange.Run(team, new Outer<T, TPrepare, TCombine>(part), outer, 1, work);
            }
            else
            {
                SharedRange.Run(team, new Inner<T, TPrepare, TCombine>(part), inner, SharedRange.Vectors, work);
            }
        }
    }

    /// <summary>Combines all elements of a row: lanes of 128 bytes, then the lanes pairwise, then the rest in order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static T Row<T, TPrepare, TCombine>(TPrepare prepare, T* x, nint length, T identity)
        where T : unmanaged, INumber<T>
        where TPrepare : struct, IUnaryOperator<T>
        where TCombine : struct, IBinaryOperator<T>
    {
        nint lanes = LaneBytes / sizeof(T);
        T result = identity;
        nint i = 0;
        if (Vector128<T>.IsSupported && length >= lanes)
        {
            Vector128<T> sum;
            if (Avx512F.IsSupported)
            {
                Vector512<T> s0 = Vector512.Create(identity);
                Vector512<T> s1 = s0;
                for (; i + lanes <= length; i += lanes)
                {
                    s0 = TCombine.Invoke(s0, prepare.Invoke(Vector512.Load(x + i)));
                    s1 = TCombine.Invoke(s1, prepare.Invoke(Vector512.Load(x + i + Vector512<T>.Count)));
                }

                s0 = TCombine.Invoke(s0, s1);
                Vector256<T> half = TCombine.Invoke(s0.GetLower(), s0.GetUpper());
                sum = TCombine.Invoke(half.GetLower(), half.GetUpper());
            }
            else if (Vector256.IsHardwareAccelerated)
            {
                Vector256<T> s0 = Vector256.Create(identity);
                Vector256<T> s1 = s0;
                Vector256<T> s2 = s0;
                Vector256<T> s3 = s0;
                nint step = Vector256<T>.Count;
                for (; i + lanes <= length; i += lanes)
                {
                    s0 = TCombine.Invoke(s0, prepare.Invoke(Vector256.Load(x + i)));
                    s1 = TCombine.Invoke(s1, prepare.Invoke(Vector256.Load(x + i + step)));
                    s2 = TCombine.Invoke(s2, prepare.Invoke(Vector256.Load(x + i + (2 * step))));
                    s3 = TCombine.Invoke(s3, prepare.Invoke(Vector256.Load(x + i + (3 * step))));
                }

                s0 = TCombine.Invoke(TCombine.Invoke(s0, s2), TCombine.Invoke(s1, s3));
                sum = TCombine.Invoke(s0.GetLower(), s0.GetUpper());
            }
            else
            {
                Vector128<T> s0 = Vector128.Create(identity);
                Vector128<T> s1 = s0;
                Vector128<T> s2 = s0;
                Vector128<T> s3 = s0;
                Vector128<T> s4 = s0;
                Vector128<T> s5 = s0;
                Vector128<T> s6 = s0;
                Vector128<T> s7 = s0;
                nint step = Vector128<T>.Count;
                for (; i + lanes <= length; i += lanes)
                {
                    s0 = TCombine.Invoke(s0, prepare.Invoke(Vector128.Load(x + i)));
                    s1 = TCombine.Invoke(s1, prepare.Invoke(Vector128.Load(x + i + step)));
                    s2 = TCombine.Invoke(s2, prepare.Invoke(Vector128.Load(x + i + (2 * step))));
                    s3 = TCombine.Invoke(s3, prepare.Invoke(Vector128.Load(x + i + (3 * step))));
                    s4 = TCombine.Invoke(s4, prepare.Invoke(Vector128.Load(x + i + (4 * step))));
                    s5 = TCombine.Invoke(s5, prepare.Invoke(Vector128.Load(x + i + (5 * step))));
                    s6 = TCombine.Invoke(s6, prepare.Invoke(Vector128.Load(x + i + (6 * step))));
                    s7 = TCombine.Invoke(s7, prepare.Invoke(Vector128.Load(x + i + (7 * step))));
                }

                s0 = TCombine.Invoke(TCombine.Invoke(s0, s4), TCombine.Invoke(s2, s6));
                s1 = TCombine.Invoke(TCombine.Invoke(s1, s5), TCombine.Invoke(s3, s7));
                sum = TCombine.Invoke(s0, s1);
            }

            for (int lane = 0; lane < Vector128<T>.Count; lane++)
            {
                result = TCombine.Invoke(result, sum.GetElement(lane));
            }
        }

        for (; i < length; i++)
        {
            result = TCombine.Invoke(result, prepare.Invoke(x[i]));
        }

        return result;
    }

    /// <summary>y[i] = combine(y[i], prepare(x[i])).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Accumulate<T, TPrepare, TCombine>(TPrepare prepare, T* y, T* x, nint length)
        where T : unmanaged, INumber<T>
        where TPrepare : struct, IUnaryOperator<T>
        where TCombine : struct, IBinaryOperator<T>
    {
        nint i = 0;
        if (Vector128<T>.IsSupported)
        {
            if (Avx512F.IsSupported)
            {
                for (; i + Vector512<T>.Count <= length; i += Vector512<T>.Count)
                {
                    TCombine.Invoke(Vector512.Load(y + i), prepare.Invoke(Vector512.Load(x + i))).Store(y + i);
                }
            }

            if (Vector256.IsHardwareAccelerated)
            {
                for (; i + Vector256<T>.Count <= length; i += Vector256<T>.Count)
                {
                    TCombine.Invoke(Vector256.Load(y + i), prepare.Invoke(Vector256.Load(x + i))).Store(y + i);
                }
            }

            for (; i + Vector128<T>.Count <= length; i += Vector128<T>.Count)
            {
                TCombine.Invoke(Vector128.Load(y + i), prepare.Invoke(Vector128.Load(x + i))).Store(y + i);
            }
        }

        for (; i < length; i++)
        {
            y[i] = TCombine.Invoke(y[i], prepare.Invoke(x[i]));
        }
    }

    /// <summary>What a reduction is made of.</summary>
    private readonly struct Part<T, TPrepare, TCombine>(TPrepare prepare, T* x, T* y, nint outer, nint axis, nint inner, T identity)
        where T : unmanaged, INumber<T>
        where TPrepare : struct, IUnaryOperator<T>
        where TCombine : struct, IBinaryOperator<T>
    {
        public nint OuterLength => outer;

        public nint InnerLength => inner;

        /// <summary>Reduces some positions of the outer axis, and of the inner one.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Reduce(nint outerFirst, nint outerEnd, nint innerFirst, nint innerEnd)
        {
            for (nint o = outerFirst; o < outerEnd; o++)
            {
                T* source = x + (o * axis * inner) + innerFirst;
                T* result = y + (o * inner) + innerFirst;
                if (inner == 1)
                {
                    *result = Row<T, TPrepare, TCombine>(prepare, source, axis, identity);
                    continue;
                }

                new Span<T>(result, (int)(innerEnd - innerFirst)).Fill(identity);
                for (nint k = 0; k < axis; k++)
                {
                    Accumulate<T, TPrepare, TCombine>(prepare, result, source + (k * inner), innerEnd - innerFirst);
                }
            }
        }
    }

    private readonly struct Outer<T, TPrepare, TCombine>(Part<T, TPrepare, TCombine> part) : ISharedRange
        where T : unmanaged, INumber<T>
        where TPrepare : struct, IUnaryOperator<T>
        where TCombine : struct, IBinaryOperator<T>
    {
        public void Run(nint first, nint end) => part.Reduce(first, end, 0, part.InnerLength);
    }

    private readonly struct Inner<T, TPrepare, TCombine>(Part<T, TPrepare, TCombine> part) : ISharedRange
        where T : unmanaged, INumber<T>
        where TPrepare : struct, IUnaryOperator<T>
        where TCombine : struct, IBinaryOperator<T>
    {
        public void Run(nint first, nint end) => part.Reduce(0, part.OuterLength, first, end);
    }
}
