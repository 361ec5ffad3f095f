namespace ModelBuild.Runtime.Tests;

public sealed unsafe class ScratchTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(4097)]
    [InlineData(65_537)]
    [InlineData((2 << 20) - 64)]
    [InlineData((5 << 20) + 1)]
    public void The_block_is_aligned_zeroed_and_followed_by_a_readable_tail(int length)
    {
        using var scratch = new Scratch(length);
        Span<byte> bytes = scratch.U8(0, length);
        fixed (byte* start = &System.Runtime.InteropServices.MemoryMarshal.GetReference(bytes))
        {
            Assert.Equal(0, (nint)start % Scratch.Alignment);
            Assert.True(new ReadOnlySpan<byte>(start, length + Scratch.TailBytes).IndexOfAnyExcept((byte)0) < 0);
        }
    }

    [Fact]
    public void Accessors_see_the_same_memory()
    {
        using var scratch = new Scratch(128);
        scratch.F32(64, 16).Fill(1f);
        Assert.Equal(0x3f800000u, scratch.U32(64, 16)[15]);
        Assert.Equal(0u, scratch.U32(0, 16)[15]);
        Assert.Equal((byte)0x3f, scratch.U8(64, 64)[63]);
        Assert.Equal((Half)1.875f, scratch.F16(66, 1)[0]);
    }

    [Theory]
    [InlineData(0, 33)]
    [InlineData(4, 32)]
    [InlineData(-4, 1)]
    [InlineData(129, 0)]
    [InlineData(0, -1)]
    [InlineData(long.MaxValue, 1)]
    [InlineData(64, int.MaxValue)]
    [InlineData(64, int.MinValue)]
    public void A_range_outside_the_block_is_refused(long offset, int count)
    {
        using var scratch = new Scratch(128);
        Assert.Throws<ArgumentOutOfRangeException>(() => { scratch.F32(offset, count); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { scratch.F64(offset, count); });
    }

    [Fact]
    public void A_freed_block_gives_no_memory()
    {
        var scratch = new Scratch(128);
        scratch.Dispose();
        scratch.Dispose();
        Assert.Throws<ObjectDisposedException>(() => { scratch.F32(0, 1); });
        Assert.Equal(0, scratch.Length);
    }

    [Fact]
    public void A_negative_length_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new Scratch(-1));
}
