namespace ModelBuild.Kernels;

/// <summary>How a position between two elements is rounded (ONNX Resize 19, nearest_mode).</summary>
public enum NearestMode
{
    /// <summary>To nearest, halves down.</summary>
    RoundPreferFloor,

    /// <summary>To nearest, halves up.</summary>
    RoundPreferCeil,

    /// <summary>Down.</summary>
    Floor,

    /// <summary>Up.</summary>
    Ceil,
}
