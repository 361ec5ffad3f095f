using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>The mean and the variance of rows, and their removal.</summary>
internal static unsafe class Normalize
{
    /// <summary>The mean of a row.</summary>
    internal static float Mean(float* x, nint length) =>
        ReduceLoop.Row<float, ReduceOperators.Identity<float>, Binary.AddOperator<float>>(default, x, length, 0f) / length;

    /// <summary>The mean of the squared distance from <paramref name="mean"/>.</summary>
    internal static float Variance(float* x, nint length, float mean) =>
        ReduceLoop.Row<float, ReduceOperators.SquaredDifference, Binary.AddOperator<float>>(new ReduceOperators.SquaredDifference(mean), x, length, 0f)
        / length;

    /// <summary>The mean of the squares.</summary>
    internal static float MeanSquare(float* x, nint length) =>
        ReduceLoop.Row<float, ReduceOperators.Square<float>, Binary.AddOperator<float>>(default, x, length, 0f) / length;

    /// <summary>y = x * scale + shift.</summary>
    internal static void Apply(float* x, float* y, nint length, float scale, float shift) =>
        UnaryLoop.Run(new MultiplyAdd.Operator(scale, shift), x, y, length);

    /// <summary>y = (x - mean) * scale; subtracted before scaling, because x * scale - mean * scale cancels where the mean is large.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Center(float* x, float* y, nint length, float mean, float scale)
    {
        UnaryLoop.Run(new BoundOperators.Right<float, Binary.SubOperator<float>>(mean), x, y, length);
        UnaryLoop.Run(new BoundOperators.Right<float, Binary.MulOperator<float>>(scale), y, y, length);
    }

    /// <summary>y = y * scale + bias, each absent when null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void ScaleAndShift(float* y, float* scale, float* bias, nint length)
    {
        if (scale != null && bias != null)
        {
            MultiplyAdd.Run(y, scale, bias, y, length);
        }
        else if (scale != null)
        {
            BinaryLoop.Run<float, Binary.MulOperator<float>>(y, scale, y, length);
        }
        else if (bias != null)
        {
            BinaryLoop.Run<float, Binary.AddOperator<float>>(y, bias, y, length);
        }
    }
}
