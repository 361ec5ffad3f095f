namespace ModelBuild.Kernels;

/// <summary>Whether all columns of a tile exist, as types: a tile that is whole has no code for parts of vectors.</summary>
internal static class TileColumns
{
    /// <summary>All of them.</summary>
    internal readonly struct Whole : ITileColumns
    {
        /// <inheritdoc/>
        public static bool AreWhole => true;
    }

    /// <summary>The last vector of a row is cut short.</summary>
    internal readonly struct Partial : ITileColumns
    {
        /// <inheritdoc/>
        public static bool AreWhole => false;
    }
}
