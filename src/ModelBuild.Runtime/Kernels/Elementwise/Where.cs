using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Elementwise selection between two operands.</summary>
public static unsafe class Where
{
    /// <summary>y = condition ? a : b with broadcasting (ONNX Where 16).</summary>
    /// <param name="condition">The choice.</param>
    /// <param name="a">Taken where the condition is true.</param>
    /// <param name="b">Taken where it is false.</param>
    /// <param name="y">The result, dense.</param>
    /// <param name="shape">The shape of the result.</param>
    /// <param name="conditionStrides">The strides of <paramref name="condition"/> per axis of the result; 0 repeats it.</param>
    /// <param name="aStrides">The same of <paramref name="a"/>.</param>
    /// <param name="bStrides">The same of <paramref name="b"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<T>(
        ReadOnlySpan<bool> condition, ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y, ReadOnlySpan<int> shape,
        ReadOnlySpan<int> conditionStrides, ReadOnlySpan<int> aStrides, ReadOnlySpan<int> bStrides)
        where T : unmanaged
    {
        var walk = new StridedWalk(shape, conditionStrides, aStrides, bStrides, operands: 3);
        Throw.IfShorter(y.Length, walk.ElementCount, nameof(y));
        if (walk.ElementCount == 0)
        {
            return;
        }

        Throw.IfShorter(condition.Length, walk.RequiredLength(0), nameof(condition));
        Throw.IfShorter(a.Length, walk.RequiredLength(1), nameof(a));
        Throw.IfShorter(b.Length, walk.RequiredLength(2), nameof(b));
        nint conditionStride = walk.InnerStride(0);
        nint aStride = walk.InnerStride(1);
        nint bStride = walk.InnerStride(2);
        nint length = walk.InnerLength;
        fixed (bool* pc = condition)
        fixed (T* pa = a)
        fixed (T* pb = b)
        fixed (T* py = y)
        {
            T* row = py;
            do
            {
                bool* c = pc + walk.Offset(0);
                T* left = pa + walk.Offset(1);
                T* right = pb + walk.Offset(2);
                for (nint i = 0; i < length; i++)
                {
                    T whenTrue = left[i * aStride];
                    T whenFalse = right[i * bStride];
                    row[i] = c[i * conditionStride] ? whenTrue : whenFalse;
                }

                row += length;
            }
            while (walk.MoveNext());
        }
    }
}
