namespace ModelBuild.Kernels;

/// <summary>Linear models (ONNX ai.onnx.ml LinearRegressor 1 and LinearClassifier 1).</summary>
public static class LinearModel
{
    /// <summary>One weighted sum of the features for each target.</summary>
    /// <param name="x">The rows [rows, features].</param>
    /// <param name="coefficients">The weights [targets, features].</param>
    /// <param name="intercepts">One value per target that is added, or one for all; empty for none.</param>
    /// <param name="y">The sums [rows, targets].</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="features">The number of columns.</param>
    /// <param name="targets">The number of targets.</param>
    public static void F32(ReadOnlySpan<float> x, ReadOnlySpan<float> coefficients, ReadOnlySpan<float> intercepts, Span<float> y, int rows, int features, int targets)
    {
        Throw.IfShorter(x.Length, (long)rows * features, nameof(x));
        Throw.IfShorter(coefficients.Length, (long)targets * features, nameof(coefficients));
        Throw.IfShorter(y.Length, (long)rows * targets, nameof(y));
        for (int r = 0; r < rows; r++)
        {
            ReadOnlySpan<float> row = x.Slice(r * features, features);
            for (int k = 0; k < targets; k++)
            {
                float intercept = intercepts.Length == 0 ? 0 : intercepts[intercepts.Length == 1 ? 0 : k];
                y[(r * targets) + k] = RowProducts.Dot(row, coefficients.Slice(k * features, features)) + intercept;
            }
        }
    }
}
