using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Runtime.InteropServices;

namespace ModelBuild.Tasks;

/// <summary>
/// Methods with <see cref="MethodImplAttributes.AggressiveOptimization"/>, which compilers ahead of time leave to the JIT, and whose precompiled code a runtime would not take.
/// </summary>
internal static class JitOnlyMethods
{
    // ECMA-335, II.22.26: a row of MethodDef begins with the address of the body, 4 bytes, and the implementation flags, 2 bytes.
    private const int FlagsOffset = sizeof(int);

    /// <summary>Takes the flag from all methods of an assembly; nothing else changes.</summary>
    /// <param name="image">Bytes of the assembly.</param>
    /// <returns>Number of methods that had the flag.</returns>
    /// <exception cref="BadImageFormatException">This is no .NET assembly.</exception>
    public static int Release(byte[] image)
    {
        using PEReader reader = new(ImmutableCollectionsMarshal.AsImmutableArray(image));
        if (!reader.HasMetadata)
        {
            throw new BadImageFormatException("The file has no metadata.");
        }

        MetadataReader metadata = reader.GetMetadataReader();
        int row = reader.PEHeaders.MetadataStartOffset + metadata.GetTableMetadataOffset(TableIndex.MethodDef) + FlagsOffset;
        int rowSize = metadata.GetTableRowSize(TableIndex.MethodDef);
        int released = 0;
        foreach (MethodDefinitionHandle handle in metadata.MethodDefinitions)
        {
            MethodImplAttributes flags = metadata.GetMethodDefinition(handle).ImplAttributes;
            if ((flags & MethodImplAttributes.AggressiveOptimization) != 0)
            {
                MemoryMarshal.Write(image.AsSpan(row + (rowSize * (MetadataTokens.GetRowNumber(handle) - 1))), (ushort)(flags & ~MethodImplAttributes.AggressiveOptimization));
                released++;
            }
        }

        return released;
    }
}
