namespace ModelBuild.Kernels;

/// <summary>Where an output position lies in the input (ONNX Resize 19, coordinate_transformation_mode).</summary>
public enum CoordinateTransformation
{
    /// <summary>(x + 0.5) / scale - 0.5.</summary>
    HalfPixel,

    /// <summary>Half pixel about the centre of the input, for output lengths that scale * length does not give exactly.</summary>
    HalfPixelSymmetric,

    /// <summary>Half pixel, 0 where the output has one element.</summary>
    PytorchHalfPixel,

    /// <summary>x * (input - 1) / (output - 1).</summary>
    AlignCorners,

    /// <summary>x / scale.</summary>
    Asymmetric,

    /// <summary>From the region of interest.</summary>
    TfCropAndResize,
}
