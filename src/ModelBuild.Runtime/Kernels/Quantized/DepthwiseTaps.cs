namespace ModelBuild.Kernels;

/// <summary>A rectangle of kernel taps, at least 1 x 1, and the distances between them in the input and in the weights.</summary>
internal struct DepthwiseTaps
{
    /// <summary>Rows of taps.</summary>
    internal int CountH;

    /// <summary>Taps of a row.</summary>
    internal int CountW;

    /// <summary>Bytes between rows of the input.</summary>
    internal nint StepH;

    /// <summary>Bytes between taps of a row of the input.</summary>
    internal nint StepW;

    /// <summary>Bytes between rows of the weights.</summary>
    internal nint WeightStepH;

    /// <summary>Bytes between taps of the weights.</summary>
    internal nint WeightStepW;
}
