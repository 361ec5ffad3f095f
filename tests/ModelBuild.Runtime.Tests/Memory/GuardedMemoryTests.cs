using Xunit.Sdk;

namespace ModelBuild.Runtime.Tests.Memory;

public sealed class GuardedMemoryTests
{
    [Theory]
    [InlineData(GuardSide.End)]
    [InlineData(GuardSide.Start)]
    public void HoldsWhatIsWritten(GuardSide side)
    {
        foreach (int length in new[] { 0, 1, 3, 1023, 1024, 1025, 5000 })
        {
            using var memory = new GuardedMemory<float>(length, side);
            Assert.Equal(length, memory.Span.Length);
            Assert.False(memory.Span.ContainsAnyExcept(0f));
            memory.Span.Fill(3f);
            Assert.False(memory.Span.ContainsAnyExcept(3f));
        }
    }

    [Fact]
    public unsafe void WriteBeforeTheFirstElementFails()
    {
        var memory = new GuardedMemory<int>(7);
        fixed (int* pointer = memory.Span)
        {
            pointer[-1] = 0;
        }

        Assert.Throws<FalseException>(memory.Dispose);
    }

    [Fact]
    public unsafe void WriteAfterTheLastElementFails()
    {
        var memory = new GuardedMemory<int>(7, GuardSide.Start);
        fixed (int* pointer = memory.Span)
        {
            pointer[7] = 0;
        }

        Assert.Throws<FalseException>(memory.Dispose);
    }
}
