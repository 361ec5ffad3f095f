using ModelBuild.Kernels;

namespace ModelBuild.Runtime.Tests.Kernels.Images.Jpeg2000;

/// <summary>How the encoder of these tests codes a picture.</summary>
internal sealed record Jp2Options
{
    public int Levels { get; init; } = 2;

    public int BlockBitsX { get; init; } = 4;

    public int BlockBitsY { get; init; } = 3;

    public Jp2BlockStyle Style { get; init; }

    public bool IsReversible { get; init; } = true;

    public bool IsMixed { get; init; }

    public int Layers { get; init; } = 1;

    public Jp2Order Order { get; init; }

    /// <summary>The size of precincts as a power of two, 15 for one of each resolution.</summary>
    public int PrecinctBits { get; init; } = 15;

    /// <summary>The size of tiles, 0 for one.</summary>
    public int Tile { get; init; }

    /// <summary>Where the picture lies on the reference grid.</summary>
    public int Offset { get; init; }

    /// <summary>Whether packets have markers around them.</summary>
    public bool HasMarkers { get; init; }

    public int Bits { get; init; } = 8;
}
