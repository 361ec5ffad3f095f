namespace Digits.Training.Numerics;

/// <summary>Rearrangement of matrices that are stored row by row.</summary>
internal static class Matrix
{
    /// <summary>Writes the transpose of the <paramref name="rows"/> by <paramref name="columns"/> matrix to <paramref name="destination"/>.</summary>
    public static void Transpose(ReadOnlySpan<float> source, int rows, int columns, Span<float> destination)
    {
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                destination[(column * rows) + row] = source[(row * columns) + column];
            }
        }
    }
}
