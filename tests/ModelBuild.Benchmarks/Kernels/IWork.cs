namespace ModelBuild.Benchmarks.Kernels;

/// <summary>A benchmark that knows its amount of work.</summary>
internal interface IWork
{
    /// <summary>Multiply-accumulates of one call, or the bytes that it reads and writes.</summary>
    double Amount { get; }

    /// <summary>Name of the unit per nanosecond: <c>GMAC/s</c> or <c>GB/s</c>.</summary>
    string Unit { get; }
}
