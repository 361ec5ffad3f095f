namespace ModelBuild.Compiler.Verification;

/// <summary>What comparing the deployed model with the source model found.</summary>
/// <param name="Samples">Number of samples compared; 0 when verification was off.</param>
/// <param name="SampleSource">Where they came from, for the report.</param>
/// <param name="Tolerance">What was allowed.</param>
/// <param name="Outputs">One entry per output.</param>
/// <param name="SourceAccuracy">Top-1 accuracy of the source model, 0 to 1; null without labelled data.</param>
/// <param name="DeployedAccuracy">Top-1 accuracy of the deployed model; null without labelled data.</param>
/// <param name="AccuracySamples">Number of labelled samples.</param>
/// <param name="Agreement">Part of the labelled samples for which both models choose the same class; null without labelled data.</param>
public sealed record VerificationResult(
    int Samples,
    string SampleSource,
    Tolerance Tolerance,
    IReadOnlyList<OutputError> Outputs,
    double? SourceAccuracy,
    double? DeployedAccuracy,
    int AccuracySamples,
    double? Agreement)
{
    /// <summary>Both comparisons as one, for a model that was verified at several sizes; accuracy is that of this one.</summary>
    public VerificationResult And(VerificationResult other) => this with
    {
        Samples = Samples + other.Samples,
        SampleSource = SampleSource == other.SampleSource ? SampleSource : $"{SampleSource}, {other.SampleSource}",
        Outputs = [.. Outputs.Zip(other.Outputs, static (a, b) => a.Worse(b))],
    };
}
