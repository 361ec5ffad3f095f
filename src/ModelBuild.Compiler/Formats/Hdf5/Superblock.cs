using System.Buffers.Binary;

namespace ModelBuild.Compiler.Formats.Hdf5;

/// <summary>The first block of an HDF5 file, which tells how long the file is: readers of its parts do not notice that the rest is missing.</summary>
internal static class Superblock
{
    private const int VersionOffset = 8;
    private const int Version0Addresses = 24;
    private const int Version1Addresses = 28;
    private const int Version2Addresses = 12;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'H', (byte)'D', (byte)'F', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>True when a file begins as HDF5.</summary>
    public static bool HasSignature(ReadOnlySpan<byte> head) => head.StartsWith(Signature);

    /// <summary>The length that the file was closed with, or null when the block says nothing that can be relied on.</summary>
    /// <param name="head">The first bytes of the file.</param>
    public static ulong? DeclaredLength(ReadOnlySpan<byte> head)
    {
        if (!HasSignature(head) || head.Length <= VersionOffset)
        {
            return null;
        }

        // Base address, one other address, end of file: in this order in every version.
        (int sizeOffset, int addresses) = head[VersionOffset] switch
        {
            0 => (13, Version0Addresses),
            1 => (13, Version1Addresses),
            2 or 3 => (9, Version2Addresses),
            _ => (0, 0),
        };
        return addresses == 0 || head.Length < addresses + (3 * sizeof(ulong)) || head[sizeOffset] != sizeof(ulong) || Address(head, addresses, 0) != 0
            ? null
            : Address(head, addresses, 2);
    }

    private static ulong Address(ReadOnlySpan<byte> head, int addresses, int index) => BinaryPrimitives.ReadUInt64LittleEndian(head[(addresses + (index * sizeof(ulong)))..]);
}
