namespace ModelBuild.Kernels;

/// <summary>What becomes of the case of strings (ONNX StringNormalizer, case_change_action).</summary>
public enum StringCase
{
    /// <summary>Nothing.</summary>
    Keep,

    /// <summary>Lower case.</summary>
    Lower,

    /// <summary>Upper case.</summary>
    Upper,
}
