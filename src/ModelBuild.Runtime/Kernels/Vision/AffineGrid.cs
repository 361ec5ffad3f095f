using System.Numerics;

namespace ModelBuild.Kernels;

/// <summary>The positions that an affine map takes the elements of an image to (ONNX AffineGrid 20), for sizes that a call gives.</summary>
public static class AffineGrid
{
    private const int MostAxes = 3;

    /// <summary>The size of one axis of the image.</summary>
    /// <param name="size">The sizes of batch, channels and the axes.</param>
    /// <param name="batch">The number of maps.</param>
    /// <param name="axis">Which of the axes.</param>
    /// <exception cref="ArgumentException">It is below 1, or the batch is another one.</exception>
    public static long Count<TIndex>(ReadOnlySpan<TIndex> size, int batch, int axis)
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        Throw.IfShorter(size.Length, axis + 3L, nameof(size));
        long items = long.CreateSaturating(size[0]);
        long elements = long.CreateSaturating(size[axis + 2]);
        if (items != batch || elements < 1)
        {
            Throw.Argument(elements < 1 ? $"AffineGrid: a size is {elements}." : $"AffineGrid: the batch is {items}, but there are {batch} maps.", nameof(size));
        }

        return elements;
    }

    /// <summary>Multiplies the plain positions by the maps.</summary>
    /// <param name="theta">The maps [batch, axes, axes + 1].</param>
    /// <param name="y">The positions [batch, spatial, axes], the innermost axis first.</param>
    /// <param name="batch">The number of maps.</param>
    /// <param name="spatial">The sizes of the axes, two or three.</param>
    /// <param name="alignCorners">Whether -1 and 1 are the centres of the outermost elements, else their outer edges.</param>
    public static void Run<T>(ReadOnlySpan<T> theta, Span<T> y, int batch, ReadOnlySpan<int> spatial, bool alignCorners)
        where T : unmanaged, IFloatingPoint<T>
    {
        int axes = spatial.Length;
        if (axes is not (2 or MostAxes))
        {
            Throw.Argument("There are two or three axes.", nameof(spatial));
        }

        long points = 1;
        foreach (int size in spatial)
        {
            points *= size;
        }

        Throw.IfShorter(theta.Length, (long)batch * axes * (axes + 1), nameof(theta));
        Throw.IfShorter(y.Length, batch * points * axes, nameof(y));
        Span<T> position = stackalloc T[MostAxes];
        int target = 0;
        for (int item = 0; item < batch; item++)
        {
            ReadOnlySpan<T> map = theta.Slice(item * axes * (axes + 1), axes * (axes + 1));
            for (int point = 0; point < points; point++)
            {
                int rest = point;
                for (int axis = axes - 1; axis >= 0; axis--)
                {
                    position[axes - 1 - axis] = T.CreateChecked(Position(rest % spatial[axis], spatial[axis], alignCorners));
                    rest /= spatial[axis];
                }

                for (int row = 0; row < axes; row++)
                {
                    T sum = map[(row * (axes + 1)) + axes];
                    for (int column = 0; column < axes; column++)
                    {
                        sum += map[(row * (axes + 1)) + column] * position[column];
                    }

                    y[target++] = sum;
                }
            }
        }
    }

    private static double Position(int index, int length, bool alignCorners) => alignCorners
        ? length > 1 ? (2.0 * index / (length - 1)) - 1 : 0
        : (((2.0 * index) + 1) / length) - 1;
}
