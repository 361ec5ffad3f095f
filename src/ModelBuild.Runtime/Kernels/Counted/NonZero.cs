namespace ModelBuild.Kernels;

/// <summary>The indices of elements that are not 0 (ONNX NonZero 13).</summary>
public static class NonZero
{
    /// <summary>The number of elements that are not 0; a negative 0 is 0.</summary>
    public static long Count<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IEquatable<T> => x.Length - x.Count(default(T));

    /// <summary>Writes the indices, those of each axis together: y is [rank, count].</summary>
    /// <param name="x">The operand.</param>
    /// <param name="y">As many columns as there are elements that are not 0; further ones are 0.</param>
    /// <param name="shape">The sizes of <paramref name="x"/>.</param>
    public static void Run<T>(ReadOnlySpan<T> x, Span<long> y, ReadOnlySpan<int> shape)
        where T : unmanaged, IEquatable<T>
    {
        y.Clear();
        if (shape.Length == 0)
        {
            return;
        }

        int columns = y.Length / shape.Length;
        Span<int> index = stackalloc int[shape.Length];
        index.Clear();
        int column = 0;
        for (int i = 0; i < x.Length && column < columns; i++)
        {
            if (!x[i].Equals(default))
            {
                for (int axis = 0; axis < index.Length; axis++)
                {
                    y[(axis * columns) + column] = index[axis];
                }

                column++;
            }

            for (int axis = index.Length - 1; axis >= 0 && ++index[axis] == shape[axis]; axis--)
            {
                index[axis] = 0;
            }
        }
    }
}
