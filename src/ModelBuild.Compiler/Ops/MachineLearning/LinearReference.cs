using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.MachineLearning;

/// <summary>Weighted sums in reference evaluation.</summary>
internal static class LinearReference
{
    /// <summary>One score per row and target.</summary>
    /// <param name="values">Rows of features.</param>
    /// <param name="intercepts">One per target, one for all, or none.</param>
    /// <exception cref="Diagnostics.ModelBuildException">There are not as many coefficients or intercepts as needed (MDB3002).</exception>
    public static double[][] Scores(Node node, double[] values, int rows, int features, int targets, float[] coefficients, float[] intercepts)
    {
        Check(node, features, targets, coefficients, intercepts);
        double[][] result = new double[rows][];
        for (int r = 0; r < rows; r++)
        {
            result[r] = new double[targets];
            for (int k = 0; k < targets; k++)
            {
                double sum = intercepts.Length == 0 ? 0 : intercepts[intercepts.Length == 1 ? 0 : k];
                for (int f = 0; f < features; f++)
                {
                    sum += values[(r * features) + f] * coefficients[(k * features) + f];
                }

                result[r][k] = sum;
            }
        }

        return result;
    }

    /// <summary>Checks the sizes.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">They do not fit (MDB3002).</exception>
    public static void Check(Node node, int features, int targets, float[] coefficients, float[] intercepts)
    {
        if (coefficients.Length != (long)features * targets)
        {
            throw NodeErrors.Shape(node, $"has {coefficients.Length} coefficients; {features} features and {targets} targets need {(long)features * targets}.");
        }

        if (intercepts.Length > 1 && intercepts.Length != targets)
        {
            throw NodeErrors.Shape(node, $"has {intercepts.Length} intercepts; {targets} are needed.");
        }
    }
}
