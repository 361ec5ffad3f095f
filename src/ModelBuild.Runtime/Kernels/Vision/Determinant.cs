using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Determinants (ONNX Det 22).</summary>
public static class Determinant
{
    /// <summary>The determinant of each matrix, by elimination with the largest pivot of each column, in double precision.</summary>
    /// <param name="x">The matrices [batch, size, size].</param>
    /// <param name="y">The determinants [batch].</param>
    /// <param name="scratch">[size, size].</param>
    /// <param name="batch">The number of matrices.</param>
    /// <param name="size">The rows and columns.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void F32(ReadOnlySpan<float> x, Span<float> y, Span<double> scratch, int batch, int size)
    {
        Throw.IfShorter(x.Length, (long)batch * size * size, nameof(x));
        Throw.IfShorter(y.Length, batch, nameof(y));
        Throw.IfShorter(scratch.Length, (long)size * size, nameof(scratch));
        for (int n = 0; n < batch; n++)
        {
            for (int i = 0; i < size * size; i++)
            {
                scratch[i] = x[(n * size * size) + i];
            }

            y[n] = (float)Eliminate(scratch, size);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Eliminate(Span<double> a, int size)
    {
        double determinant = 1;
        for (int column = 0; column < size; column++)
        {
            int pivot = column;
            for (int row = column + 1; row < size; row++)
            {
                pivot = Math.Abs(a[(row * size) + column]) > Math.Abs(a[(pivot * size) + column]) ? row : pivot;
            }

            double value = a[(pivot * size) + column];
            if (value == 0)
            {
                return 0;
            }

            determinant *= pivot == column ? value : -value;
            for (int k = column; pivot != column && k < size; k++)
            {
                (a[(pivot * size) + k], a[(column * size) + k]) = (a[(column * size) + k], a[(pivot * size) + k]);
            }

            for (int row = column + 1; row < size; row++)
            {
                double factor = a[(row * size) + column] / value;
                for (int k = column + 1; k < size; k++)
                {
                    a[(row * size) + k] -= factor * a[(column * size) + k];
                }
            }
        }

        return determinant;
    }
}
