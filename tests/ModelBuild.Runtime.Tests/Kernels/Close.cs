namespace ModelBuild.Runtime.Tests.Kernels;

/// <summary>Comparison of float results with a double-precision reference.</summary>
internal static class Close
{
    /// <summary>One unit in the last place of float, relative.</summary>
    internal const double Ulp = 1.1920929e-7;

    /// <summary>Fails unless |actual - expected| is at most absolute + relative * |expected|; NaN and infinities must be equal.</summary>
    internal static void AssertEqual(double expected, double actual, double absolute, double relative, string what)
    {
        if (double.IsNaN(expected) || double.IsNaN(actual))
        {
            Assert.True(double.IsNaN(expected) && double.IsNaN(actual), $"{what}: expected {expected:R}, got {actual:R}.");
            return;
        }

        double rounded = (float)expected;
        if (rounded == actual)
        {
            return;
        }

        bool close = Math.Abs(actual - expected) <= absolute + (relative * Math.Abs(expected));
        Assert.True(close && !double.IsInfinity(actual), $"{what}: expected {expected:R}, got {actual:R}.");
    }

    /// <summary>The same for whole tensors.</summary>
    internal static void AssertEqual(ReadOnlySpan<double> expected, ReadOnlySpan<float> actual, double absolute, double relative, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            AssertEqual(expected[i], actual[i], absolute, relative, $"{what}[{i}]");
        }
    }
}
