namespace ModelBuild.Kernels;

/// <summary>What lies around a padded tensor (ONNX Pad 21).</summary>
public enum PadMode
{
    /// <summary>One value.</summary>
    Constant,

    /// <summary>The tensor mirrored at its first and last element, which are not repeated.</summary>
    Reflect,

    /// <summary>The nearest element.</summary>
    Edge,

    /// <summary>The tensor again.</summary>
    Wrap,
}
