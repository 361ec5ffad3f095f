namespace ModelBuild.Kernels;

/// <summary>A part of a tile in a codestream.</summary>
/// <param name="Tile">The tile's number.</param>
/// <param name="Header">Where its markers start.</param>
/// <param name="Data">Where its packets start.</param>
/// <param name="End">The byte behind them.</param>
internal readonly record struct Jp2TilePart(int Tile, int Header, int Data, int End);
