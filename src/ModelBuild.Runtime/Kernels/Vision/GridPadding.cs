namespace ModelBuild.Kernels;

/// <summary>What lies outside of the operand (ONNX GridSample 20).</summary>
public enum GridPadding
{
    /// <summary>Zeros.</summary>
    Zeros,

    /// <summary>The outermost element.</summary>
    Border,

    /// <summary>The operand mirrored at its border.</summary>
    Reflection,
}
