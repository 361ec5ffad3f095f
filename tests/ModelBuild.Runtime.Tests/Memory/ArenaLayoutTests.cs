namespace ModelBuild.Runtime.Tests.Memory;

public sealed class ArenaLayoutTests
{
    [Fact]
    public void Buffers_that_live_at_the_same_time_do_not_overlap()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            Random random = new(seed);
            int count = random.Next(1, 40);
            int[] lifetimes = [.. Enumerable.Range(0, count).SelectMany(_ => { int first = random.Next(30); return new[] { first, first + random.Next(12) }; })];
            long[] bytes = [.. Enumerable.Range(0, count).Select(_ => (long)random.Next(0, 5000))];
            ArenaLayout layout = ArenaLayout.Place([seed], lifetimes, bytes);
            for (int i = 0; i < count; i++)
            {
                Assert.Equal(0, layout[i] % Scratch.Alignment);
                Assert.True(layout[i] + bytes[i] <= layout.Bytes);
                for (int j = 0; j < i; j++)
                {
                    bool together = lifetimes[2 * i] <= lifetimes[(2 * j) + 1] && lifetimes[2 * j] <= lifetimes[(2 * i) + 1];
                    Assert.True(!together || layout[i] + bytes[i] <= layout[j] || layout[j] + bytes[j] <= layout[i], $"seed {seed}: {i} and {j} overlap");
                }
            }
        }
    }

    [Fact]
    public void Buffers_one_after_another_share_memory()
    {
        ArenaLayout layout = ArenaLayout.Place([], [0, 1, 1, 2, 2, 3], [640, 640, 640]);
        Assert.Equal(1280, layout.Bytes);
    }

    [Fact]
    public void Ends_that_do_not_fit_the_buffers_are_refused() => Assert.Throws<ArgumentException>(() => ArenaLayout.Place([], [0, 1, 2], [64]));

    [Fact]
    public void A_size_seen_before_is_found_without_allocating()
    {
        ArenaLayouts layouts = new([0, 1]);
        Assert.Null(layouts.Find([3, 4]));
        ArenaLayout made = layouts.Add([3, 4], [100]);
        Assert.Same(made, layouts.Find([3, 4]));
        Assert.Null(layouts.Find([4, 3]));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            layouts.Find([3, 4]);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Any_number_of_sizes_takes_bounded_memory_and_the_last_one_is_found()
    {
        ArenaLayouts layouts = new([0, 1]);
        for (long size = 0; size < 20_000; size++)
        {
            ArenaLayout made = layouts.Add([size], [size]);
            Assert.Same(made, layouts.Find([size]));
        }
    }

    [Fact]
    public void Threads_that_add_sizes_at_once_find_layouts_of_their_own_sizes()
    {
        ArenaLayouts layouts = new([0, 1]);
        Parallel.For(0, 8, thread =>
        {
            for (long size = 0; size < 5_000; size++)
            {
                ArenaLayout layout = layouts.Find([size % 1500]) ?? layouts.Add([size % 1500], [(size % 1500) * 64]);
                Assert.Equal((size % 1500) * 64, layout.Bytes);
            }
        });
    }

    [Fact]
    public void A_pool_grows_its_blocks_and_allocates_nothing_for_sizes_seen_before()
    {
        using ScratchPool pool = new(null, 0);
        Scratch first = pool.Rent(1000);
        Assert.True(first.Length >= 1000);
        first.F32(0, 250).Fill(3);
        pool.Return(first);
        Scratch second = pool.Rent(10);
        Assert.Same(first, second);
        Assert.True(second.Length >= 1000);
        pool.Return(second);
        Scratch third = pool.Rent(5000);
        Assert.True(third.Length >= 5000);
        Assert.Equal(0, third.F32(0, 1250)[1249]);
        pool.Return(third);
    }

    [Fact]
    public void A_freed_block_does_not_grow()
    {
        Scratch scratch = new(64);
        scratch.Dispose();
        Assert.Throws<ObjectDisposedException>(() => scratch.Grow(128));
    }

    [Theory]
    [InlineData(0, 1, 8, 1)]
    [InlineData(9, 1, 8, 1)]
    [InlineData(33, 32, 96, 32)]
    [InlineData(-1, 1, int.MaxValue, 1)]
    public void A_size_out_of_range_is_refused(int size, int minimum, int maximum, int step) =>
        Assert.Equal("length", Assert.Throws<ArgumentOutOfRangeException>(() => PredictorGuard.Size(size, minimum, maximum, step, "length")).ParamName);

    [Fact]
    public void A_size_in_range_passes()
    {
        PredictorGuard.Size(1, 1, 8, 1, "length");
        PredictorGuard.Size(96, 32, 96, 32, "length");
    }
}
