using ModelBuild.Compiler.Formats.Hdf5;

namespace ModelBuild.Compiler.Tests.Formats.Hdf5;

public sealed class SuperblockTests
{
    private const int EndOfFile = 12345;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'H', (byte)'D', (byte)'F', 0x0D, 0x0A, 0x1A, 0x0A];

    [Theory]
    [InlineData(0, 13, 40)]
    [InlineData(1, 13, 44)]
    [InlineData(2, 9, 28)]
    [InlineData(3, 9, 28)]
    public void TheLengthIsThatOfEveryVersion(byte version, int sizeOffset, int endOffset) => Assert.Equal((ulong)EndOfFile, Superblock.DeclaredLength(Block(version, sizeOffset, endOffset, 8)));

    [Theory]
    [InlineData(0, 13, 4)]
    [InlineData(9, 13, 8)]
    public void NothingIsSaidAboutOtherAddressesAndVersions(byte version, int sizeOffset, byte size) => Assert.Null(Superblock.DeclaredLength(Block(version, sizeOffset, 40, size)));

    [Fact]
    public void NothingIsSaidAboutAShortHeadOrAnotherFile()
    {
        byte[] block = Block(0, 13, 40, 8);
        for (int length = 0; length < 48; length++)
        {
            Assert.Null(Superblock.DeclaredLength(block.AsSpan(0, length)));
        }

        block[1] = (byte)'X';
        Assert.Null(Superblock.DeclaredLength(block));
        Assert.False(Superblock.HasSignature(block));
    }

    private static byte[] Block(byte version, int sizeOffset, int endOffset, byte size)
    {
        byte[] block = new byte[96];
        Signature.CopyTo(block);
        block[8] = version;
        block[sizeOffset] = size;
        BitConverter.TryWriteBytes(block.AsSpan(endOffset), (ulong)EndOfFile);
        return block;
    }
}
