namespace ModelBuild.Kernels;

/// <summary>What a generated tile routine reads; its only argument is the address of this.</summary>
internal unsafe struct VnniTileArguments
{
    /// <summary>The first row; the routine leaves it after the last tile.</summary>
    internal byte* X;

    /// <summary>Bytes between rows.</summary>
    internal nint XStep;

    /// <summary>Bytes between the first rows of two tiles.</summary>
    internal nint XTile;

    /// <summary>The first of the packed panels.</summary>
    internal sbyte* W;

    /// <summary>Bytes between panels.</summary>
    internal nint PanelBytes;

    /// <summary>The accumulators' starting values, 16 per panel.</summary>
    internal int* Init;

    /// <summary>The first output row; the routine leaves it after the last tile.</summary>
    internal byte* Y;

    /// <summary>Bytes between output rows.</summary>
    internal nint YStep;

    /// <summary>The number of tiles, one below the other; the routine leaves 0.</summary>
    internal nint Tiles;

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

    /// <summary>The scales, 16 per panel; requantising routines only, like the five after it.</summary>
    internal float* Scales;

    /// <summary>The lower bound less the zero point.</summary>
    internal float Low;

    /// <summary>The upper bound less the zero point.</summary>
    internal float High;

    /// <summary>The zero point of the output.</summary>
    internal int Zero;

    /// <summary>The columns of the last panel that are stored, one bit each.</summary>
    internal int Mask;

    /// <summary>Used by the routine.</summary>
    internal nint Inner;

    /// <summary>Used by the routine.</summary>
    internal nint Outer;

    /// <summary>Where the routine keeps the registers that belong to its caller: it has no stack frame, so that a debugger can step out of it anywhere.</summary>
    internal fixed byte Saved[256];
}
