namespace ModelBuild.Kernels;

/// <summary>What a tile routine makes of its sums.</summary>
internal enum VnniTileResult
{
    /// <summary>Nothing: it stores the integers.</summary>
    Integers,

    /// <summary>clamp(rne(fp32(sum) * scale) + zero), as <see cref="DotToU8"/>.</summary>
    Bytes,

    /// <summary>The same where all scales are below a half in magnitude, so that no conversion overflows, and the bounds are those of a byte, which packing applies.</summary>
    WholeBytes,

    /// <summary>The same as <see cref="WholeBytes"/> where output rows adjoin and the tile's columns are all of a row.</summary>
    AdjoiningBytes,

    /// <summary>fp32(sum) * scale + bias, as <see cref="DotToF32"/> without bounds.</summary>
    Floats,
}
