namespace ModelBuild.Kernels;

/// <summary>What the generated depthwise routine reads; its only argument is the address of this, a multiple of 64.</summary>
internal unsafe struct VnniDepthwiseArguments
{
    /// <summary>The first input line of a window; the routine leaves it after the last.</summary>
    internal byte* Line0;

    /// <summary>The second.</summary>
    internal byte* Line1;

    /// <summary>The third.</summary>
    internal byte* Line2;

    /// <summary>Bytes between the lines of neighbouring output lines.</summary>
    internal nint LineStep;

    /// <summary>From the first tap of a line to the second.</summary>
    internal nint Column1;

    /// <summary>From the first tap of a line to the third.</summary>
    internal nint Column2;

    /// <summary>Input bytes between neighbouring vectors of results.</summary>
    internal nint XStep;

    /// <summary>The first output line; the routine leaves it after the last.</summary>
    internal byte* Y;

    /// <summary>Output bytes between neighbouring vectors.</summary>
    internal nint YStep;

    /// <summary>Output bytes between lines.</summary>
    internal nint YLineStep;

    /// <summary>Vectors of a line less the last.</summary>
    internal nint FullCount;

    /// <summary>Output lines; the routine leaves 0.</summary>
    internal nint Lines;

    /// <summary>The bytes of a vector that are results, one bit each.</summary>
    internal ulong Mask;

    /// <summary>The same of the last vector of a line.</summary>
    internal ulong LastMask;

    /// <summary>The upper bound less the zero point.</summary>
    internal float High;

    /// <summary>Keeps what follows aligned.</summary>
    internal fixed byte Unused[12];

    /// <summary>The zero point of the output, 32 times.</summary>
    internal fixed short Zero[32];

    /// <summary>The smallest output, 64 times.</summary>
    internal fixed byte Low[64];

    /// <summary>The accumulators' starting values, in the order of the sums.</summary>
    internal fixed int Bias[64];

    /// <summary>The scales, in the order of the sums.</summary>
    internal fixed float Scales[64];

    /// <summary>For each of the three columns of taps, four vectors of weights: three lines and a zero.</summary>
    internal fixed sbyte Weights[768];

    /// <summary>The largest output, 64 times.</summary>
    internal fixed byte HighBytes[64];

    /// <summary>The registers that Windows leaves to the routine: two general ones and ten halves of 16 bytes.</summary>
    internal fixed byte Saved[192];
}
