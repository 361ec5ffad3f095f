namespace ModelBuild.Compiler.Pruning.Channels;

/// <summary>Solves symmetric positive definite systems with many right sides by Cholesky's decomposition.</summary>
internal static class LeastSquares
{
    /// <summary>Solves A X = B in place of B.</summary>
    /// <param name="a">n x n, row-major; overwritten.</param>
    /// <param name="b">n rows of any length; overwritten by X.</param>
    public static void Solve(double[][] a, double[][] b)
    {
        int n = a.Length;
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double sum = a[i][j];
                for (int k = 0; k < j; k++)
                {
                    sum -= a[i][k] * a[j][k];
                }

                a[i][j] = i == j ? Math.Sqrt(sum) : sum / a[j][j];
            }

            for (int k = 0; k < i; k++)
            {
                Subtract(b[i], b[k], a[i][k]);
            }

            Divide(b[i], a[i][i]);
        }

        for (int i = n - 1; i >= 0; i--)
        {
            for (int k = i + 1; k < n; k++)
            {
                Subtract(b[i], b[k], a[k][i]);
            }

            Divide(b[i], a[i][i]);
        }
    }

    private static void Subtract(double[] row, double[] other, double factor)
    {
        for (int i = 0; i < row.Length; i++)
        {
            row[i] -= factor * other[i];
        }
    }

    private static void Divide(double[] row, double divisor)
    {
        for (int i = 0; i < row.Length; i++)
        {
            row[i] /= divisor;
        }
    }
}
