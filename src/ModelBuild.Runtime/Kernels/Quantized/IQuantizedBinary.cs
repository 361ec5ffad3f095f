using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>A binary operator on dequantised values.</summary>
internal interface IQuantizedBinary
{
    /// <summary>Whether it is the sum.</summary>
    static abstract bool IsSum { get; }

    /// <summary>One pair.</summary>
    static abstract float Apply(float a, float b);

    /// <summary>Four pairs.</summary>
    static abstract Vector128<float> Apply(Vector128<float> a, Vector128<float> b);

    /// <summary>Eight pairs.</summary>
    static abstract Vector256<float> Apply(Vector256<float> a, Vector256<float> b);

    /// <summary>Sixteen pairs.</summary>
    static abstract Vector512<float> Apply(Vector512<float> a, Vector512<float> b);
}
