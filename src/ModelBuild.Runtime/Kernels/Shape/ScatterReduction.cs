namespace ModelBuild.Kernels;

/// <summary>How a scattered element meets the one that is there (ONNX ScatterElements 18, reduction).</summary>
public enum ScatterReduction
{
    /// <summary>It replaces it; the last one in order wins.</summary>
    None,

    /// <summary>The sum.</summary>
    Add,

    /// <summary>The product.</summary>
    Mul,

    /// <summary>The larger one.</summary>
    Max,

    /// <summary>The smaller one.</summary>
    Min,
}
