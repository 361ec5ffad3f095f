namespace ModelBuild.Kernels;

/// <summary>What happens to a tile of integer accumulators: the conversion and the store. Every path of an implementation gives the same bits.</summary>
internal unsafe interface IDotEpilogue
{
    /// <summary>Converts and stores a tile.</summary>
    /// <param name="tile">Rows of 16 accumulators; columns past <paramref name="columns"/> hold anything.</param>
    /// <param name="tileStride">Accumulators between the rows of the tile.</param>
    /// <param name="row">The index of the first output row.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="column">The first output column.</param>
    /// <param name="columns">The number of columns, 1 to 16.</param>
    /// <param name="scales">16 readable scales for these columns, or null where the epilogue uses none.</param>
    /// <param name="floatBias">16 readable values, or null.</param>
    void Store(int* tile, nint tileStride, nint row, int rows, int column, int columns, float* scales, float* floatBias);
}
