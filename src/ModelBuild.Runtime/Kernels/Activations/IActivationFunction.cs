using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>An elementwise activation function at three widths.</summary>
internal interface IActivationFunction
{
    /// <summary>Applies the function to four lanes.</summary>
    static abstract Vector128<float> Apply(Vector128<float> x, float alpha, float beta);

    /// <summary>Applies the function to eight lanes.</summary>
    static abstract Vector256<float> Apply(Vector256<float> x, float alpha, float beta);

    /// <summary>Applies the function to sixteen lanes.</summary>
    static abstract Vector512<float> Apply(Vector512<float> x, float alpha, float beta);
}
