namespace ModelBuild.Kernels;

/// <summary>What sizes mean that would change the aspect ratio (ONNX Resize 19, keep_aspect_ratio_policy).</summary>
public enum AspectRatioPolicy
{
    /// <summary>The sizes are those of the result.</summary>
    Stretch,

    /// <summary>All axes are scaled alike, so that none is larger than its size.</summary>
    NotLarger,

    /// <summary>All axes are scaled alike, so that none is smaller than its size.</summary>
    NotSmaller,
}
