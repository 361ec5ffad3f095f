namespace ModelBuild.Runtime.Tests;

public sealed class ScratchPoolTests
{
    private const int ThreadCount = 24;
    private const int CallsPerThread = 20_000;

    [Fact]
    public void A_block_belongs_to_one_thread_at_a_time()
    {
        using var pool = new ScratchPool(null, 64);
        int clashes = 0;
        RunThreads(thread =>
        {
            for (int i = 0; i < CallsPerThread; i++)
            {
                Scratch scratch = pool.Rent();
                ref int owner = ref scratch.I32(0, 1)[0];
                if (Interlocked.Exchange(ref owner, thread + 1) != 0)
                {
                    Interlocked.Increment(ref clashes);
                }

                if ((i & 63) == 0)
                {
                    Thread.Yield();
                }

                if (Interlocked.Exchange(ref owner, 0) != thread + 1)
                {
                    Interlocked.Increment(ref clashes);
                }

                pool.Return(scratch);
            }
        });
        Assert.Equal(0, clashes);
    }

    [Fact]
    public void The_pool_stops_growing_at_the_number_of_callers()
    {
        int created = 0;
        using var pool = new InstancePool<Scratch>(() =>
        {
            Interlocked.Increment(ref created);
            return new Scratch(64);
        });

        // As many blocks as threads: from here on every caller must find one.
        Scratch[] warm = [.. Enumerable.Range(0, ThreadCount).Select(_ => pool.Rent())];
        Array.ForEach(warm, pool.Return);
        int before = created;
        RunThreads(_ =>
        {
            for (int i = 0; i < CallsPerThread; i++)
            {
                pool.Return(pool.Rent());
            }
        });
        Assert.Equal(ThreadCount, before);
        Assert.InRange(created, ThreadCount, ThreadCount + 2);
    }

    [Fact]
    public void A_warm_pool_allocates_nothing()
    {
        using var pool = new ScratchPool(null, 1024);
        pool.Return(pool.Rent());
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10_000; i++)
        {
            pool.Return(pool.Rent());
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void A_block_returned_to_a_disposed_pool_is_freed()
    {
        var pool = new ScratchPool(null, 64);
        Scratch scratch = pool.Rent();
        Scratch idle = pool.Rent();
        pool.Return(idle);
        pool.Dispose();
        Assert.Equal(0, idle.Length);
        Assert.Equal(64, scratch.Length);
        pool.Return(scratch);
        Assert.Equal(0, scratch.Length);
        Assert.Throws<ObjectDisposedException>(() => pool.Rent());
    }

    private static void RunThreads(Action<int> body)
    {
        using var start = new ManualResetEventSlim();
        Exception? failure = null;
        Thread[] threads = [.. Enumerable.Range(0, ThreadCount).Select(index => new Thread(() =>
        {
            start.Wait();
            try
            {
                body(index);
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        }))];
        Array.ForEach(threads, static thread => thread.Start());
        start.Set();
        Array.ForEach(threads, static thread => thread.Join());
        Assert.Null(failure);
    }
}
