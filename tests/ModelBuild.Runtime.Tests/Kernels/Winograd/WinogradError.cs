namespace ModelBuild.Runtime.Tests.Kernels.Winograd;

/// <summary>The error of minimal filtering, counted in units of u * max sum |x w|, u being the unit roundoff and the maximum that over the windows of an image.</summary>
internal static class WinogradError
{
    /// <summary>
    /// The largest error that a test of this folder may meet. Measured against binary64 with values drawn evenly from -1 to 1: 5.6 with fused multiply-adds, 8.3
    /// without; of the plain sum, 4.
    /// </summary>
    internal const double Measured = 10;

    private const double UnitRoundoff = 5.9604644775390625e-8;

    /// <summary>Roundings of bias and residual, which are about 1.</summary>
    private const double OtherMagnitude = 2;

    /// <summary>The stated errors of the vectorised functions, absolute for results around 1.</summary>
    private const double FunctionError = 1e-6;

    internal static double Of(double expected, float actual, double magnitude, bool function)
    {
        double error = Math.Abs(expected - actual) - (function ? FunctionError * (1 + Math.Abs(expected)) : 0);
        return error / (UnitRoundoff * (magnitude + OtherMagnitude));
    }
}
