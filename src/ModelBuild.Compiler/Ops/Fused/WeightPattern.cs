using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.Fused;

/// <summary>Where the weights of a product are zero.</summary>
/// <param name="Columns">The columns of the weights.</param>
/// <param name="Depth">Their rows.</param>
/// <param name="Weights">The weights that are not zero.</param>
/// <param name="Blocks">The blocks of 1 x 16 that are not zero.</param>
/// <param name="IsTwoOfFour">True when at most two of four weights of a column are not zero.</param>
internal sealed record WeightPattern(int Columns, int Depth, int Weights, int Blocks, bool IsTwoOfFour)
{
    /// <summary>The panels of 16 columns.</summary>
    public int Panels => SparsePacking.Panels(Columns);

    /// <summary>Measures weights.</summary>
    /// <param name="w">[k, n].</param>
    public static WeightPattern Of(ReadOnlySpan<float> w, int n, int k) => new(n, k, w.Length - w.Count(0f), SparsePacking.Count(w, n, k), TwoOfFourPacking.Fits(w, n, k));
}
