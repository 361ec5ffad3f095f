namespace ModelBuild;

/// <summary>What the build measured on the deployed model against its source.</summary>
public sealed record MeasuredError
{
    /// <summary>Largest absolute difference of any output element.</summary>
    public double MaxAbsolute { get; init; }

    /// <summary>Largest relative difference of any output element.</summary>
    public double MaxRelative { get; init; }

    /// <summary>Signal-to-quantisation-noise ratio over all outputs in decibels; positive infinity for equal outputs.</summary>
    public double SqnrDb { get; init; }

    /// <summary>Number of samples compared.</summary>
    public int Samples { get; init; }

    /// <summary>Name of the task metric, for example <c>top1</c>; empty when none was measured.</summary>
    public string MetricName { get; init; } = "";

    /// <summary>The metric of the source model.</summary>
    public double MetricSource { get; init; }

    /// <summary>The metric of the deployed model.</summary>
    public double MetricDeployed { get; init; }
}
