namespace ModelBuild.Runtime.Tests.Threads;

public sealed class PredictorThreadsTests
{
    [Fact]
    public void The_default_is_one_thread()
    {
        Assert.Equal(1, new PredictorOptions().Threads);
        Check(null, 1);
        Check(new PredictorOptions(), 1);
        Check(new PredictorOptions { Threads = 1 }, 1);
    }

    [Fact]
    public void Zero_is_one_for_each_processor() => Check(new PredictorOptions { Threads = 0 }, Environment.ProcessorCount);

    [Fact]
    public void More_than_the_processors_are_not_used() => Check(new PredictorOptions { Threads = int.MaxValue }, Environment.ProcessorCount);

    [Fact]
    public void A_negative_number_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new PredictorOptions { Threads = -1 });

    [Fact]
    public void A_block_of_its_own_uses_the_threads_and_outlives_the_pool()
    {
        var pool = new ScratchPool(null, 64, new PredictorOptions { Threads = 0 });
        using Scratch scratch = pool.Create();
        pool.Dispose();
        using (scratch.UseThreads())
        {
            Assert.Equal(Environment.ProcessorCount, ThreadTeam.Current?.Threads ?? 1);
        }
    }

    private static void Check(PredictorOptions? options, int threads)
    {
        using var pool = new ScratchPool(null, 64, options);
        Scratch scratch = pool.Rent();
        using (scratch.UseThreads())
        {
            Assert.Equal(threads, ThreadTeam.Current?.Threads ?? 1);
        }

        Assert.Null(ThreadTeam.Current);
        pool.Return(scratch);
    }
}
