namespace ModelBuild.Kernels;

/// <summary>The edges of the image that a tile touches.</summary>
internal static class DepthwiseEdges
{
    /// <summary>All windows lie inside.</summary>
    internal readonly struct None : IDepthwiseEdges
    {
        /// <inheritdoc/>
        public static bool Left => false;

        /// <inheritdoc/>
        public static bool Right => false;
    }

    /// <summary>The first window lacks its left column.</summary>
    internal readonly struct AtLeft : IDepthwiseEdges
    {
        /// <inheritdoc/>
        public static bool Left => true;

        /// <inheritdoc/>
        public static bool Right => false;
    }

    /// <summary>The last window lacks its right column.</summary>
    internal readonly struct AtRight : IDepthwiseEdges
    {
        /// <inheritdoc/>
        public static bool Left => false;

        /// <inheritdoc/>
        public static bool Right => true;
    }

    /// <summary>Both.</summary>
    internal readonly struct Both : IDepthwiseEdges
    {
        /// <inheritdoc/>
        public static bool Left => true;

        /// <inheritdoc/>
        public static bool Right => true;
    }
}
