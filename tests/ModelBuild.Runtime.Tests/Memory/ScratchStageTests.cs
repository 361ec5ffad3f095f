namespace ModelBuild.Runtime.Tests.Memory;

/// <summary>Memory for what is as large as a call has counted.</summary>
public sealed class ScratchStageTests
{
    [Fact]
    public void BuffersThatLiveAtOneTimeShareNoPlace()
    {
        int[] lifetimes = [0, 2, 1, 3, 3, 5, 4, 6, 7, 7];
        ArenaSlots slots = new(lifetimes);
        Assert.Equal(5, slots.Buffers);
        Assert.Equal(2, slots.Count);
        using Scratch scratch = new(0);
        long[] bytes = [100, 64, 1, 300, 65];
        scratch.Place(1, slots, bytes);
        Scratch stage = scratch.Stage(1);
        for (int a = 0; a < bytes.Length; a++)
        {
            Assert.Equal(0, stage.Offset(a) % Scratch.Alignment);
            Assert.True(stage.Offset(a) + bytes[a] <= stage.Length);
            for (int b = 0; b < a; b++)
            {
                bool lives = lifetimes[2 * a] <= lifetimes[(2 * b) + 1] && lifetimes[2 * b] <= lifetimes[(2 * a) + 1];
                bool overlaps = stage.Offset(a) < stage.Offset(b) + bytes[b] && stage.Offset(b) < stage.Offset(a) + bytes[a];
                Assert.False(lives && overlaps, $"{a} and {b}");
            }
        }
    }

    [Fact]
    public void AStageThatHasGrownAllocatesNothing()
    {
        ArenaSlots slots = new([0, 1, 1, 2]);
        using Scratch scratch = new(0);
        Call(1000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int count = 0; count <= 1000; count += 100)
        {
            Call(count);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Call(long count)
        {
            scratch.SetCount(0, count);
            scratch.Place(1, slots, [scratch.Count(0) * 4, scratch.Count(0) * 8]);
        }
    }
}
