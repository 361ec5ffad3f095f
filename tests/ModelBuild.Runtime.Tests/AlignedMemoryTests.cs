namespace ModelBuild.Runtime.Tests;

public sealed unsafe class AlignedMemoryTests
{
    private const int LargePage = 2 << 20;

    [Theory]
    [InlineData(1, 0)]
    [InlineData((LargePage / 4) - 1, 0)]
    [InlineData(LargePage / 4, LargePage)]
    [InlineData(LargePage, LargePage)]
    [InlineData(LargePage + 1, LargePage)]
    [InlineData(LargePage + (LargePage / 4), 2 * LargePage)]
    public void The_end_of_a_block_lies_on_a_large_page_where_it_fills_a_quarter_of_one(int bytes, int expected) =>
        Assert.Equal((nuint)expected, AlignedMemory.LargeBytes((nuint)bytes));

    [Theory]
    [InlineData(1)]
    [InlineData(100_000)]
    [InlineData(LargePage / 4)]
    [InlineData(LargePage + 5)]
    [InlineData((2 * LargePage) - 1)]
    public void A_block_is_aligned_zeroed_and_writable_to_its_end(int bytes)
    {
        byte* block = (byte*)AlignedMemory.AllocateZeroed((nuint)bytes);
        Assert.Equal(0, (nint)block % AlignedMemory.Alignment);
        var span = new Span<byte>(block, bytes);
        Assert.False(span.ContainsAnyExcept((byte)0));
        span.Fill(1);
        Assert.False(span.ContainsAnyExcept((byte)1));
        AlignedMemory.Free(block);
    }
}
