namespace ModelBuild.Kernels;

/// <summary>The norm that rows are divided by (ONNX ai.onnx.ml, norm).</summary>
public enum RowNorm
{
    /// <summary>The largest element.</summary>
    Max,

    /// <summary>The sum of the absolute values.</summary>
    L1,

    /// <summary>The root of the sum of the squares.</summary>
    L2,
}
