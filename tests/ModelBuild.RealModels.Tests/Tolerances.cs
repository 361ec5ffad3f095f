namespace ModelBuild.RealModels.Tests;

/// <summary>Largest differences from ONNX Runtime, as parts of the largest value of an output.</summary>
internal static class Tolerances
{
    /// <summary>Reassociated sums of binary32; the bound that this product promises against ONNX Runtime.</summary>
    public const double Float32 = 1e-4;

    /// <summary>Sums over binary16 values: one rounding (2^-11) at each of some twenty layers.</summary>
    public const double Float16 = 1e-2;

    /// <summary>Quantised models: two steps of an 8-bit output, because ONNX Runtime scales sums in another order, and one that lies between two integers may then round to the other.</summary>
    public const double Int8 = 2.0 / 255;

    /// <summary>Against outputs that another library computed in binary32 and printed with nine digits.</summary>
    public const double Golden = 1e-4;
}
