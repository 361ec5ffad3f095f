namespace ModelBuild.Kernels;

/// <summary>Row counts as types: a micro-kernel that is generic over one is compiled for exactly that number of rows.</summary>
internal static class TileRows
{
    /// <summary>A tile of 1 row.</summary>
    internal readonly struct R1 : ITileRows
    {
        /// <inheritdoc/>
        public static int Count => 1;
    }

    /// <summary>A tile of 2 rows.</summary>
    internal readonly struct R2 : ITileRows
    {
        /// <inheritdoc/>
        public static int Count => 2;
    }

    /// <summary>A tile of 3 rows.</summary>
    internal readonly struct R3 : ITileRows
    {
        /// <inheritdoc/>
        public static int Count => 3;
    }

    /// <summary>A tile of 4 rows.</summary>
    internal readonly struct R4 : ITileRows
    {
        /// <inheritdoc/>
        public static int Count => 4;
    }

    /// <summary>A tile of 5 rows.</summary>
    internal readonly struct R5 : ITileRows
    {
        /// <inheritdoc/>
        public static int Count => 5;
    }

    /// <summary>A tile of 6 rows.</summary>
    internal readonly struct R6 : ITileRows
    {
        /// <inheritdoc/>
        public static int Count => 6;
    }

    /// <summary>A tile of 7 rows.</summary>
    internal readonly struct R7 : ITileRows
    {
        /// <inheritdoc/>
        public static int Count => 7;
    }

    /// <summary>A tile of 8 rows.</summary>
    internal readonly struct R8 : ITileRows
    {
        /// <inheritdoc/>
        public static int Count => 8;
    }

    /// <summary>A tile of 9 rows.</summary>
    internal readonly struct R9 : ITileRows
    {
        /// <inheritdoc/>
        public static int Count => 9;
    }

    /// <summary>A tile of 10 rows.</summary>
    internal readonly struct R10 : ITileRows
    {
        /// <inheritdoc/>
        public static int Count => 10;
    }

    /// <summary>A tile of 11 rows.</summary>
    internal readonly struct R11 : ITileRows
    {
        /// <inheritdoc/>
        public static int Count => 11;
    }

    /// <summary>A tile of 12 rows.</summary>
    internal readonly struct R12 : ITileRows
    {
        /// <inheritdoc/>
        public static int Count => 12;
    }

    /// <summary>A tile of 13 rows.</summary>
    internal readonly struct R13 : ITileRows
    {
        /// <inheritdoc/>
        public static int Count => 13;
    }

    /// <summary>A tile of 14 rows.</summary>
    internal readonly struct R14 : ITileRows
    {
        /// <inheritdoc/>
        public static int Count => 14;
    }
}
