namespace ModelBuild.Kernels;

/// <summary>The address <c>base + index * scale + displacement</c>.</summary>
/// <param name="Base">The register of the base.</param>
/// <param name="Index">The register of the index, or null.</param>
/// <param name="Scale">1, 2, 4 or 8.</param>
/// <param name="Displacement">Bytes.</param>
internal readonly record struct MemoryOperand(GeneralRegister Base, GeneralRegister? Index, int Scale, int Displacement)
{
    /// <summary>The address <c>base + displacement</c>.</summary>
    internal static MemoryOperand At(GeneralRegister @base, int displacement = 0) => new(@base, null, 1, displacement);

    /// <summary>This address and <paramref name="bytes"/> more.</summary>
    internal MemoryOperand Plus(int bytes) => this with { Displacement = Displacement + bytes };
}
