namespace ModelBuild.Compiler.Ops.Fused;

/// <summary>How a product with constant weights is computed.</summary>
internal enum ProductForm
{
    /// <summary>All weights are multiplied.</summary>
    Dense,

    /// <summary>Blocks of 1 x 16 zeros are left out.</summary>
    Blocks,

    /// <summary>Two of four weights are kept.</summary>
    TwoOfFour,

    /// <summary>Single zeros are left out.</summary>
    Unstructured,
}
