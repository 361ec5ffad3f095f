namespace ModelBuild.Kernels;

/// <summary>What a generated tile routine reads; its only argument is the address of this, a multiple of 64.</summary>
internal unsafe struct VnniTileArguments
{
    /// <summary>The first row; the routine leaves it after the last line of the last group.</summary>
    internal byte* X;

    /// <summary>Bytes between rows.</summary>
    internal nint XStep;

    /// <summary>Bytes between the first rows of two tiles.</summary>
    internal nint XTile;

    /// <summary>From where the next tile of a line would start to the first tile of the next line.</summary>
    internal nint XLine;

    /// <summary>The first of the packed panels; the routine leaves the first of the last group, as for all that goes by columns.</summary>
    internal sbyte* W;

    /// <summary>Bytes between panels.</summary>
    internal nint PanelBytes;

    /// <summary>The accumulators' starting values, 16 per panel.</summary>
    internal int* Init;

    /// <summary>The first output row; the routine leaves it after the last line of the last group.</summary>
    internal byte* Y;

    /// <summary>Bytes between output rows.</summary>
    internal nint YStep;

    /// <summary>From the output row after the last of a line to the first of the next line.</summary>
    internal nint YLine;

    /// <summary>The tiles of a line, one below the other, at least 1.</summary>
    internal nint Tiles;

    /// <summary>The number of lines, at least 1.</summary>
    internal nint Lines;

    /// <summary>4-byte groups per run, at least 1.</summary>
    internal nint Quads;

    /// <summary>Runs per outer step, at least 1.</summary>
    internal nint InnerCount;

    /// <summary>Outer steps, at least 1.</summary>
    internal nint OuterCount;

    /// <summary>From the end of a run to the start of the next one of the same outer step.</summary>
    internal nint InnerSkip;

    /// <summary>From where the last run's next would start to the start of the next outer step.</summary>
    internal nint OuterSkip;

    /// <summary>The scales, 16 per panel; for bytes and floats.</summary>
    internal float* Scales;

    /// <summary>The values that are added to the scaled sums, 16 per panel; for floats.</summary>
    internal float* FloatBias;

    /// <summary>What is stored, one bit each: of a row of bytes, or of the last panel of a row of integers or floats.</summary>
    internal ulong Mask;

    /// <summary>Used by the routine.</summary>
    internal nint TilesLeft;

    /// <summary>Used by the routine.</summary>
    internal nint Inner;

    /// <summary>Used by the routine.</summary>
    internal nint Outer;

    /// <summary>Used by the routine.</summary>
    internal nint LinesLeft;

    /// <summary>How often all lines are multiplied, with as many further panels each time, at least 1; the routine leaves 0.</summary>
    internal nint Groups;

    /// <summary>From where <see cref="X"/> stands after the last line to the first row.</summary>
    internal nint XGroup;

    /// <summary>From where <see cref="Y"/> stands after the last line to the next columns of the first row.</summary>
    internal nint YGroup;

    /// <summary>Bytes between the values of <see cref="FloatBias"/> of two groups.</summary>
    internal nint FloatBiasGroup;

    /// <summary>The upper bound less the zero point; for bytes, like all that follows.</summary>
    internal float High;

    /// <summary>Keeps what follows aligned.</summary>
    internal fixed int Unused[7];

    /// <summary>The zero point of the output, 32 times.</summary>
    internal fixed short Zero[32];

    /// <summary>The smallest output, 64 times.</summary>
    internal fixed byte Low[64];

    /// <summary>Where the groups of four bytes go after packing: the transpose of a 4x4 matrix.</summary>
    internal fixed int Order[16];

    /// <summary>Where the routine keeps the registers that belong to its caller: it has no stack frame, so that a debugger can step out of it anywhere.</summary>
    internal fixed byte Saved[192];
}
