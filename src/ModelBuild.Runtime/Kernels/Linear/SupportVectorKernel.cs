namespace ModelBuild.Kernels;

/// <summary>How a row is compared with a support vector (ONNX ai.onnx.ml, kernel_type).</summary>
public enum SupportVectorKernel
{
    /// <summary>Their product.</summary>
    Linear,

    /// <summary>A power of gamma times their product and a constant.</summary>
    Polynomial,

    /// <summary>exp(-gamma d) of the square of their distance d.</summary>
    Radial,

    /// <summary>The hyperbolic tangent of gamma times their product and a constant.</summary>
    Sigmoid,
}
