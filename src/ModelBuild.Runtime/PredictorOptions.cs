namespace ModelBuild;

/// <summary>Options of a predictor. Other weights must have been built for the same plan: for example those of a retrained model.</summary>
public class PredictorOptions
{
    /// <summary>
    /// The most threads that one call uses, with the one that makes it: 1 by default, because a server predicts on many threads at once; 0 for as many as the
    /// process has processors. The results do not depend on it. Threads beyond the processors are not used; calls at once share the predictor's threads.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int Threads
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    } = 1;

    /// <summary>
    /// Whether a thread compiles the last steps of a model of fixed sizes while the weights are opened and the first call runs its first ones: true by default. It needs the
    /// scratch memory of one more call and the processor time of at most one, once. Without effect on results, with NativeAOT and on one processor.
    /// </summary>
    public bool CompilesAhead { get; init; } = true;

    /// <summary>A weights file to use instead of the built-in weights; it is mapped into memory.</summary>
    public string? WeightsPath { get; init; }

    /// <summary>A weights blob to use instead of the built-in weights; it is copied. Empty for none.</summary>
    public ReadOnlyMemory<byte> Weights { get; init; }
}
