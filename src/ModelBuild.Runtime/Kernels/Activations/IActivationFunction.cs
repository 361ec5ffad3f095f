using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>An elementwise activation function at three widths, and for four vectors at once.</summary>
internal unsafe interface IActivationFunction
{
    /// <summary>Applies the function to four lanes.</summary>
    static abstract Vector128<float> Apply(Vector128<float> x, float alpha, float beta);

    /// <summary>Applies the function to eight lanes.</summary>
    static abstract Vector256<float> Apply(Vector256<float> x, float alpha, float beta);

    /// <summary>Applies the function to sixteen lanes.</summary>
    static abstract Vector512<float> Apply(Vector512<float> x, float alpha, float beta);

    /// <summary>Gets what <see cref="ApplyFour"/> reads as its constants.</summary>
    static abstract ReadOnlySpan<float> Constants { get; }

    /// <summary>Replaces four vectors of eight lanes by their results, on processors with AVX2 and fused multiply-add only.</summary>
    static abstract void ApplyFour(float* first, float* second, float* third, float* fourth, float* constants, float alpha, float beta);
}
