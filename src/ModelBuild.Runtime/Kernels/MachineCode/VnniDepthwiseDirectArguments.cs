namespace ModelBuild.Kernels;

/// <summary>What the routine of <see cref="VnniDepthwisePairsEmitter"/> or <see cref="VnniDepthwiseLinesEmitter"/> reads; its only argument is the address of this, a multiple of 64.</summary>
internal unsafe struct VnniDepthwiseDirectArguments
{
    /// <summary>The first window.</summary>
    internal VnniDepthwiseWindow* Windows;

    /// <summary>The number of windows, at least 1.</summary>
    internal nint Count;

    /// <summary>Added to every address of a window.</summary>
    internal nint Channel;

    /// <summary>From a column to the next, in bytes, of input and output.</summary>
    internal nint Step;

    /// <summary>The offset behind the last input column that is inside.</summary>
    internal nint End;

    /// <summary>0 where the first column lies outside.</summary>
    internal nint IsLeftInside;

    /// <summary>0 where the column at <see cref="End"/> is needed and lies outside.</summary>
    internal nint IsRightInside;

    /// <summary>Where the upper halves of the results wait: two vectors for each column of each pair of lines.</summary>
    internal byte* Buffer;

    /// <summary>The routine's own: the next window.</summary>
    internal nint Next;

    /// <summary>The routine's own: windows still to do.</summary>
    internal nint Remaining;

    /// <summary>The upper bound less the zero point.</summary>
    internal float High;

    /// <summary>Keeps what follows aligned.</summary>
    internal fixed byte Unused[44];

    /// <summary>The zero point of the input, 64 times.</summary>
    internal fixed byte Outside[64];

    /// <summary>The zero point of the output, 32 times.</summary>
    internal fixed short Zero[32];

    /// <summary>The smallest output, 64 times.</summary>
    internal fixed byte LowBytes[64];

    /// <summary>The largest output, 64 times.</summary>
    internal fixed byte HighBytes[64];

    /// <summary>The accumulators' starting values, in the order of the sums.</summary>
    internal fixed int Bias[64];

    /// <summary>The scales, in the order of the sums.</summary>
    internal fixed float Scales[64];

    /// <summary>For each of the three columns of taps, four vectors of weights: three lines and a zero.</summary>
    internal fixed sbyte Weights[768];

    /// <summary>The routine's own: the starting values of the present lines.</summary>
    internal fixed int Start[64];

    /// <summary>The registers that Windows leaves to the routine: two general ones and ten halves of 16 bytes.</summary>
    internal fixed byte Saved[192];
}
