namespace ModelBuild.Kernels;

/// <summary>How a position between elements is read (ONNX GridSample 20).</summary>
public enum GridMode
{
    /// <summary>The nearest element, halves to even.</summary>
    Nearest,

    /// <summary>The two elements around it along each axis.</summary>
    Linear,

    /// <summary>The four elements around it along each axis, by cubic convolution.</summary>
    Cubic,
}
