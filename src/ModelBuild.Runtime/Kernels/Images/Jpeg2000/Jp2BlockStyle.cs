namespace ModelBuild.Kernels;

/// <summary>How code-blocks of JPEG 2000 are coded (T.800 table A.19).</summary>
[Flags]
internal enum Jp2BlockStyle
{
    /// <summary>The plain way.</summary>
    None = 0,

    /// <summary>Lower planes are partly written as they are.</summary>
    Bypass = 1,

    /// <summary>Probabilities start anew with each pass.</summary>
    Reset = 2,

    /// <summary>Each pass ends its data.</summary>
    Terminate = 4,

    /// <summary>A stripe does not see the next one.</summary>
    Causal = 8,

    /// <summary>The data ends in a way by which errors can be found.</summary>
    PredictableEnd = 16,

    /// <summary>Four symbols follow each plane.</summary>
    Symbols = 32,
}
