using ModelBuild.Kernels;

namespace ModelBuild.Runtime.Tests.Kernels.Images.WebP;

/// <summary>Makes lossy WebP files with a header that is told and noise behind it: to the arithmetic decoder whatever follows is modes and coefficients, of every kind.</summary>
internal sealed record Vp8NoiseFile
{
    public int Seed { get; init; }

    public int Width { get; init; } = 50;

    public int Height { get; init; } = 41;

    public bool IsSimple { get; init; }

    public int Level { get; init; }

    public int Sharpness { get; init; }

    public int PartitionBits { get; init; }

    /// <summary>Whether there are segments, and whether what they tell stands for itself.</summary>
    public bool? AreSegmentsAbsolute { get; init; }

    public bool HasFilterChanges { get; init; }

    public int Index { get; init; } = 20;

    public byte[] Encode()
    {
        Vp8Noise random = new((uint)Seed);
        Vp8BoolWriter bools = new();
        bools.WriteNumber(0, 2);
        WriteSegments(bools, random);
        bools.Write(IsSimple);
        bools.WriteNumber(Level, 6);
        bools.WriteNumber(Sharpness, 3);
        bools.Write(HasFilterChanges);
        if (HasFilterChanges)
        {
            bools.Write(true);
            for (int i = 0; i < 8; i++)
            {
                bools.WriteOptional(random.Next(-20, 21), 6);
            }
        }

        bools.WriteNumber(PartitionBits, 2);
        bools.WriteNumber(Index, 7);
        for (int i = 0; i < 5; i++)
        {
            bools.WriteOptional(random.Next(-15, 16), 4);
        }

        bools.Write(false);
        foreach (byte kept in Vp8Coefficients.Kept)
        {
            bool isChanged = random.Next(20) == 0;
            bools.Write(isChanged, kept);
            if (isChanged)
            {
                bools.WriteNumber(random.Next(1, 256), 8);
            }
        }

        bools.Write(true);
        bools.WriteNumber(200, 8);
        return Join(bools.Finish(), random);
    }

    private void WriteSegments(Vp8BoolWriter bools, Vp8Noise random)
    {
        bools.Write(AreSegmentsAbsolute is not null);
        if (AreSegmentsAbsolute is not { } areAbsolute)
        {
            return;
        }

        bools.Write(true);
        bools.Write(true);
        bools.Write(areAbsolute);
        for (int i = 0; i < 8; i++)
        {
            bools.WriteOptional(areAbsolute ? random.Next(1, 60) : random.Next(-15, 16), i < 4 ? 7 : 6);
        }

        for (int i = 0; i < 3; i++)
        {
            bools.Write(true);
            bools.WriteNumber(random.Next(80, 180), 8);
        }
    }

    private byte[] Join(byte[] header, Vp8Noise random)
    {
        int blocks = ((Width + 15) / 16) * ((Height + 15) / 16);
        byte[] first = [.. header, .. random.Bytes(40 * blocks)];
        byte[][] partitions = [.. Enumerable.Range(0, 1 << PartitionBits).Select(_ => random.Bytes(600 * blocks))];
        byte[] lengths = [.. partitions[1..].SelectMany(p => new[] { (byte)p.Length, (byte)(p.Length >> 8), (byte)(p.Length >> 16) })];
        int tag = 0x10 | (first.Length << 5);
        byte[] data = [(byte)tag, (byte)(tag >> 8), (byte)(tag >> 16), 0x9D, 0x01, 0x2A, (byte)Width, (byte)(Width >> 8), (byte)Height, (byte)(Height >> 8),
            .. first, .. lengths, .. partitions.SelectMany(p => p)];
        return Vp8lEncoder.Container(("VP8 ", data));
    }
}
