namespace ModelBuild;

/// <summary>Options of a generated predictor. Other weights must have been built for the same plan: for example those of a retrained model.</summary>
public class PredictorOptions
{
    /// <summary>A weights file to use instead of the built-in weights; it is mapped into memory.</summary>
    public string? WeightsPath { get; init; }

    /// <summary>A weights blob to use instead of the built-in weights; it is copied. Empty for none.</summary>
    public ReadOnlyMemory<byte> Weights { get; init; }
}
