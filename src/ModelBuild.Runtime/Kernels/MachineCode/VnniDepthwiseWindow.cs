namespace ModelBuild.Kernels;

/// <summary>
/// One output line for <see cref="VnniDepthwiseLinesEmitter"/> or two neighbouring ones for <see cref="VnniDepthwisePairsEmitter"/>, without the offset of the channels.
/// </summary>
internal unsafe struct VnniDepthwiseWindow
{
    /// <summary>The first of the three or four input lines. Lines outside the image may be any, as their weights are cleared.</summary>
    internal byte* Line0;

    /// <summary>The second.</summary>
    internal byte* Line1;

    /// <summary>The third.</summary>
    internal byte* Line2;

    /// <summary>The fourth, of pairs.</summary>
    internal byte* Line3;

    /// <summary>The upper output line; for pairs less the offset that the input has when the first column is finished.</summary>
    internal byte* Y0;

    /// <summary>The lower one; the upper one where there is no other.</summary>
    internal byte* Y1;

    /// <summary>For each of the four lines a byte: all bits where it lies inside.</summary>
    internal int Inside;

    /// <summary>For each of the four lines a byte: the input's zero point where it lies outside.</summary>
    internal int Outside;

    /// <summary>0 where both are those of the window before, and there is one.</summary>
    internal nint IsFresh;
}
