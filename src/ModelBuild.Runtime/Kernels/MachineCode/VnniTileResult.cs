namespace ModelBuild.Kernels;

/// <summary>What a tile routine makes of its sums.</summary>
internal enum VnniTileResult
{
    /// <summary>Nothing: it stores the integers.</summary>
    Integers,

    /// <summary>clamp(rne(fp32(sum) * scale) + zero), as <see cref="DotToU8"/>.</summary>
    Bytes,

    /// <summary>fp32(sum) * scale + bias, as <see cref="DotToF32"/> without bounds.</summary>
    Floats,
}
