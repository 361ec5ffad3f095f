namespace ModelBuild.Kernels;

/// <summary>The order of packets (T.800 table A.16), by their numbers in a file.</summary>
internal enum Jp2Order
{
    /// <summary>By layer, then resolution.</summary>
    LayerResolution,

    /// <summary>By resolution, then layer.</summary>
    ResolutionLayer,

    /// <summary>By resolution, then position.</summary>
    ResolutionPosition,

    /// <summary>By position, then component.</summary>
    PositionComponent,

    /// <summary>By component, then position.</summary>
    ComponentPosition,
}
