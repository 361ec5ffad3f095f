namespace ModelBuild.Kernels;

/// <summary>Where the generated routines store their results, and which.</summary>
internal unsafe struct VnniTarget
{
    /// <summary>The output.</summary>
    internal byte* Y;

    /// <summary>Bytes between output rows.</summary>
    internal nint Step;

    /// <summary>Bytes of an output element.</summary>
    internal int Element;

    /// <summary>What they store.</summary>
    internal VnniTileResult Result;
}
