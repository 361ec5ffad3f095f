namespace ModelBuild.Kernels;

/// <summary>The channels of decoded pixels and their order (ONNX ImageDecoder 20).</summary>
public enum PixelFormat
{
    /// <summary>Red, green, blue.</summary>
    Rgb,

    /// <summary>Blue, green, red.</summary>
    Bgr,

    /// <summary>One channel: the luma of ITU-R BT.601.</summary>
    Grayscale,
}
