namespace ModelBuild.Plan;

/// <summary>What the build measured on the deployed model against its source; written beside the plan after verification.</summary>
public sealed record PlanVerification
{
    /// <summary>Version of the text form; a reader refuses any other.</summary>
    public const int FormatVersion = 1;

    /// <summary>Largest absolute difference of any output element.</summary>
    public double MaxAbsoluteError { get; init; }

    /// <summary>Largest relative difference of any output element.</summary>
    public double MaxRelativeError { get; init; }

    /// <summary>Signal-to-quantisation-noise ratio over all outputs in decibels; positive infinity for equal outputs.</summary>
    public double SqnrDb { get; init; }

    /// <summary>Number of samples compared.</summary>
    public int Samples { get; init; }

    /// <summary>Name of the task metric, for example <c>top1</c>; empty when none was measured.</summary>
    public string MetricName { get; init; } = "";

    /// <summary>The metric of the source model; 0 without a metric.</summary>
    public double MetricSource { get; init; }

    /// <summary>The metric of the deployed model; 0 without a metric.</summary>
    public double MetricDeployed { get; init; }
}
