using System.Buffers.Binary;

namespace ModelBuild;

/// <summary>
/// The form of a weights blob: a header of 64 bytes, the data, 64 zero bytes. The header holds the magic <c>MBWT</c>, a version (uint32),
/// the length of the data (int64), the identity of the plan (32 bytes, SHA-256) and 16 zero bytes; all numbers are little-endian.
/// Offsets in a plan count from the byte after the header.
/// </summary>
public static class WeightsHeader
{
    /// <summary>Bytes before the data.</summary>
    public const int Size = 64;

    /// <summary>Zero bytes after the data, which kernels may read.</summary>
    public const int TailSize = 64;

    /// <summary>Bytes of a plan's identity.</summary>
    public const int HashSize = 32;

    private const int Version = 1;
    private const int VersionOffset = 4;
    private const int LengthOffset = 8;
    private const int HashOffset = 16;

    private static ReadOnlySpan<byte> Magic => "MBWT"u8;

    /// <summary>Writes a header.</summary>
    /// <param name="header">Receives <see cref="Size"/> bytes.</param>
    /// <param name="length">Bytes of data.</param>
    /// <param name="planHash">The identity of the plan, <see cref="HashSize"/> bytes.</param>
    /// <exception cref="ArgumentException">A span has the wrong length.</exception>
    public static void Write(Span<byte> header, long length, ReadOnlySpan<byte> planHash)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        PredictorGuard.Exact(planHash.Length, HashSize, nameof(planHash));
        PredictorGuard.AtLeast(header.Length, Size, nameof(header));
        header[..Size].Clear();
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[VersionOffset..], Version);
        BinaryPrimitives.WriteInt64LittleEndian(header[LengthOffset..], length);
        planHash.CopyTo(header[HashOffset..]);
    }

    /// <summary>Puts header and tail around weights.</summary>
    /// <returns>The whole blob: <see cref="Size"/> + the data + <see cref="TailSize"/> bytes.</returns>
    public static byte[] CreateBlob(ReadOnlySpan<byte> data, ReadOnlySpan<byte> planHash)
    {
        byte[] blob = new byte[checked(Size + data.Length + TailSize)];
        Write(blob, data.Length, planHash);
        data.CopyTo(blob.AsSpan(Size));
        return blob;
    }

    /// <summary>Checks a header and returns the length of the data.</summary>
    /// <param name="header">The first bytes of the blob; may be shorter than a header.</param>
    /// <param name="blobLength">Bytes of the whole blob.</param>
    /// <param name="planHash">The identity of the plan that the weights must fit.</param>
    /// <param name="source">Where the blob comes from, for the message.</param>
    /// <exception cref="InvalidDataException">This is no weights blob, it is cut, or it belongs to another plan.</exception>
    public static long Check(ReadOnlySpan<byte> header, long blobLength, ReadOnlySpan<byte> planHash, string source) =>
        Fault(header, blobLength, planHash) is string fault ? throw new InvalidDataException($"{source} {fault}") : blobLength - Size - TailSize;

    /// <summary>What is wrong with a blob, as the end of a sentence that begins with its name; or null. Messages are made elsewhere, since the JIT takes longer for one than for the checks.</summary>
    /// <param name="header">The first bytes of the blob; may be shorter than a header.</param>
    /// <param name="blobLength">Bytes of the whole blob.</param>
    /// <param name="planHash">The identity of the plan that the weights must fit.</param>
    internal static string? Fault(ReadOnlySpan<byte> header, long blobLength, ReadOnlySpan<byte> planHash)
    {
        if (header.Length < Size || !header.StartsWith(Magic))
        {
            return "holds no ModelBuild weights.";
        }

        uint version = BinaryPrimitives.ReadUInt32LittleEndian(header[VersionOffset..]);
        if (version != Version)
        {
            return OtherVersion(version);
        }

        long length = BinaryPrimitives.ReadInt64LittleEndian(header[LengthOffset..]);
        long given = blobLength - Size - TailSize;
        if (length < 0 || given != length)
        {
            return OtherLength(length, given);
        }

        return header.Slice(HashOffset, HashSize).SequenceEqual(planHash)
            ? null
            : "holds weights that were built for another plan; build the model again with the same options, or use the weights of this build.";
    }

    private static string OtherVersion(uint version) => $"holds weights of version {version}; this ModelBuild.Runtime reads version {Version}.";

    private static string OtherLength(long told, long given) => $"is damaged: its header tells {told} bytes of weights and {given} are there.";
}
