namespace ModelBuild.Kernels;

/// <summary>
/// The K axis of an integer dot product as a two-level set of contiguous byte runs: a matrix row is one run, a convolution window is one run per kernel row
/// (or per kernel element where dilation or groups break the rows up). Counts and quads are at least 1.
/// </summary>
internal struct DotRuns
{
    /// <summary>The number of outer steps (kernel rows).</summary>
    internal int OuterCount;

    /// <summary>The number of runs per outer step.</summary>
    internal int InnerCount;

    /// <summary>The number of 4-byte groups that are multiplied per run: the run's length rounded up; the weights of the rest are zero.</summary>
    internal int Quads;

    /// <summary>The number of bytes of a run that carry values.</summary>
    internal int Length;

    /// <summary>The distance in bytes between outer steps.</summary>
    internal nint OuterStride;

    /// <summary>The distance in bytes between runs of one outer step.</summary>
    internal nint InnerStride;

    /// <summary>One contiguous run.</summary>
    internal static DotRuns Single(int length) =>
        new() { OuterCount = 1, InnerCount = 1, Quads = (length + 3) >> 2, Length = length };

    /// <summary>The distance in bytes from the start of the first run to the start of the last.</summary>
    internal readonly nint LastOffset => ((OuterCount - 1) * OuterStride) + ((InnerCount - 1) * InnerStride);

    /// <summary>The number of runs.</summary>
    internal readonly int Count => OuterCount * InnerCount;
}
