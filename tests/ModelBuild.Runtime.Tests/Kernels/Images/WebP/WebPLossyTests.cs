using System.Security.Cryptography;
using ModelBuild.Kernels;

namespace ModelBuild.Runtime.Tests.Kernels.Images.WebP;

/// <summary>Lossy WebP. The hashes are those of the pixels that dwebp of libwebp 1.2.4 makes of the same files.</summary>
public sealed class WebPLossyTests
{
    /// <summary>The files, each with the hash of its pixels.</summary>
    private static readonly (Vp8NoiseFile File, string Hash)[] s_files =
    [
        (new() { Seed = 1 }, "D473585A4D4E1FB4"),
        (new() { Seed = 2, Level = 40, Width = 33, Height = 17 }, "5EF1F711B189F086"),
        (new() { Seed = 3, Level = 63, Sharpness = 3, HasFilterChanges = true }, "2B7AB5E3C60AD8E2"),
        (new() { Seed = 4, Level = 20, Sharpness = 7, AreSegmentsAbsolute = true, PartitionBits = 1 }, "896772BD3438D46A"),
        (new() { Seed = 5, Level = 30, IsSimple = true, PartitionBits = 3, Height = 200 }, "E2DBA5590731982F"),
        (new() { Seed = 6, Level = 10, IsSimple = true, Sharpness = 5, AreSegmentsAbsolute = false, Index = 100 }, "78B91EC4AB9E9D42"),
        (new() { Seed = 7, Level = 25, AreSegmentsAbsolute = false, HasFilterChanges = true, Index = 127, PartitionBits = 2 }, "7A730B2D794B7BED"),
        (new() { Seed = 8, Width = 1, Height = 1, Index = 0 }, "6AE7044AD519E317"),
        (new() { Seed = 9, Level = 15, Width = 1, Height = 70, Index = 5 }, "4925D0ECB52B7217"),
        (new() { Seed = 10, Level = 50, Width = 70, Height = 2, Index = 5 }, "A2EF4197D9A35BFE"),
    ];

    public static TheoryData<int> Files => [.. Enumerable.Range(0, s_files.Length)];

    [Theory]
    [MemberData(nameof(Files))]
    public void PixelsAreThoseOfTheReferenceDecoder(int file)
    {
        byte[] pixels = ImageFiles.Decode(s_files[file].File.Encode());
        Assert.Equal(s_files[file].Hash, Convert.ToHexString(SHA256.HashData(pixels))[..16]);
    }

    [Fact]
    public void OtherChannelsAreOfTheSamePixels()
    {
        byte[] file = s_files[0].File.Encode();
        byte[] reversed = ImageFiles.Decode(file, PixelFormat.Bgr);
        Assert.Equal(ImageFiles.Decode(file).Chunk(3).SelectMany(p => p.Reverse()), reversed);
    }

    [Fact]
    public void DamagedFilesAreRefused()
    {
        byte[] file = new Vp8NoiseFile { Seed = 3, Width = 20, Height = 20, Level = 9, PartitionBits = 1 }.Encode();
        Assert.InRange(ImageFiles.CheckDamage(file, 600), 250, int.MaxValue);
    }
}
