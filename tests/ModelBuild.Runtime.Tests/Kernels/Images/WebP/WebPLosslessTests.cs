using ModelBuild.Kernels;

namespace ModelBuild.Runtime.Tests.Kernels.Images.WebP;

/// <summary>Lossless WebP: what an encoder of these tests makes decodes to the same pixels.</summary>
public sealed class WebPLosslessTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(17, 33)]
    [InlineData(33, 17)]
    [InlineData(1, 50)]
    [InlineData(50, 1)]
    public void Literals(int height, int width)
    {
        uint[] pixels = Photo(height, width);
        Assert.Equal(Rgb(pixels), ImageFiles.Decode(Vp8lEncoder.Encode(pixels, width, 1, [])));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(5, 0)]
    [InlineData(11, 0)]
    [InlineData(0, 2)]
    [InlineData(7, 3)]
    public void CopiesColorCachesAndGroups(int cacheBits, int blockBits)
    {
        uint[] pixels = Drawing(23, 45, 30);
        Assert.Equal(Rgb(pixels), ImageFiles.Decode(Vp8lEncoder.Encode(pixels, 45, 2, [], cacheBits, blockBits)));
    }

    [Theory]
    [InlineData("Predict")]
    [InlineData("CrossColor")]
    [InlineData("SubtractGreen")]
    [InlineData("Predict CrossColor SubtractGreen")]
    [InlineData("SubtractGreen Predict")]
    public void Transforms(string kinds)
    {
        Vp8lTransformKind[] transforms = [.. kinds.Split(' ').Select(Enum.Parse<Vp8lTransformKind>)];
        foreach ((int height, int width) in new[] { (31, 47), (1, 1), (2, 1), (1, 9), (64, 20) })
        {
            uint[] pixels = [.. Photo(height, width).Select((p, i) => (i * 7) % 5 == 0 ? p ^ 0x5A3C77E1u : p)];
            Assert.Equal(Rgb(pixels), ImageFiles.Decode(Vp8lEncoder.Encode(pixels, width, height, transforms)));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(256)]
    public void Palettes(int colors)
    {
        uint[] pixels = Drawing(19, 43, colors);
        Assert.Equal(Rgb(pixels), ImageFiles.Decode(Vp8lEncoder.Encode(pixels, 43, colors, [Vp8lTransformKind.Palette])));
        Assert.Equal(Rgb(pixels), ImageFiles.Decode(Vp8lEncoder.Encode(pixels, 43, colors, [Vp8lTransformKind.Palette, Vp8lTransformKind.Predict], cacheBits: 4)));
    }

    [Fact]
    public void TheContainerMayHoldMore()
    {
        uint[] pixels = Drawing(6, 5, 7);
        byte[] picture = Vp8lEncoder.Encode(pixels, 5, 1, [])[20..];
        byte[] canvas = [0x10, 0, 0, 0, 4, 0, 0, 5, 0, 0];
        byte[] file = Vp8lEncoder.Container(("VP8X", canvas), ("ICCP", [1, 2, 3]), ("VP8L", picture), ("EXIF", [1]));
        Assert.Equal(Rgb(pixels), ImageFiles.Decode([.. file, 1, 2, 3]));
    }

    [Fact]
    public void AnimationsAndOtherCanvasesAreRefused()
    {
        byte[] picture = Vp8lEncoder.Encode(Drawing(6, 5, 7), 5, 1, [])[20..];
        AssertRefused("an animation", Vp8lEncoder.Container(("VP8X", [0x02, 0, 0, 0, 4, 0, 0, 5, 0, 0]), ("ANIM", new byte[6])));
        AssertRefused("canvas is 6 by 6", Vp8lEncoder.Container(("VP8X", [0, 0, 0, 0, 5, 0, 0, 5, 0, 0]), ("VP8L", picture)));
        AssertRefused("has no picture", Vp8lEncoder.Container(("EXIF", [1])));
        AssertRefused("is no key frame", Vp8lEncoder.Container(("VP8 ", new byte[30])));
    }

    [Fact]
    public void DamagedFilesAreRefused()
    {
        byte[] plain = Vp8lEncoder.Encode(Drawing(12, 21, 9), 21, 3, [Vp8lTransformKind.Palette, Vp8lTransformKind.Predict], 3, 2);
        byte[] photo = Vp8lEncoder.Encode(Photo(9, 14), 14, 4, [Vp8lTransformKind.CrossColor, Vp8lTransformKind.SubtractGreen]);
        Assert.InRange(ImageFiles.CheckDamage(plain, 1000), 500, int.MaxValue);
        Assert.InRange(ImageFiles.CheckDamage(photo, 1000), 300, int.MaxValue);
    }

    private static void AssertRefused(string message, byte[] file) =>
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => ImageFiles.Decode(file)).Message, StringComparison.Ordinal);

    private static byte[] Rgb(uint[] pixels) => [.. pixels.SelectMany(p => new[] { (byte)(p >> 16), (byte)(p >> 8), (byte)p })];

    private static uint[] Photo(int height, int width) =>
        [.. ImageFiles.Picture(height, height, width).Chunk(3).Select((c, i) => ((uint)(i * 3) << 24) | ((uint)c[0] << 16) | ((uint)c[1] << 8) | c[2])];

    private static uint[] Drawing(int height, int width, int colors)
    {
        byte[] noise = ImageFiles.Noise(colors, colors * 3);
        return [.. Enumerable.Range(0, height * width).Select(i => i < colors ? i : ((i / width / 3 * 5) + (i % width / 4)) % colors)
            .Select(c => 0xFF000000 | ((uint)noise[3 * c] << 16) | ((uint)noise[(3 * c) + 1] << 8) | noise[(3 * c) + 2])];
    }
}
