namespace ModelBuild.Runtime.Tests;

public sealed class AheadCompilationTests
{
    private const long ScratchBytes = 256;

    [Fact]
    public void Steps_run_once_over_zeroed_memory_that_no_call_has()
    {
        using var pool = new ScratchPool(null, ScratchBytes);
        Scratch ofCall = pool.Rent();
        ofCall.F32(0, 4).Fill(1);
        pool.Return(ofCall);
        List<Scratch> seen = [];
        float[] values = [];

        AheadCompilation.StartThread(pool, scratch =>
        {
            seen.Add(scratch);
            values = scratch.F32(0, 4).ToArray();
        })!.Join();

        Scratch own = Assert.Single(seen);
        Assert.NotSame(ofCall, own);
        Assert.Equal(new float[4], values);
        Assert.Equal(0, own.Length);
        Assert.Same(ofCall, pool.Rent());
        ofCall.Dispose();
    }

    [Fact]
    public void What_a_step_throws_ends_the_thread_alone()
    {
        using var pool = new ScratchPool(null, ScratchBytes);
        Scratch? seen = null;

        AheadCompilation.StartThread(pool, scratch =>
        {
            seen = scratch;
            throw new ArgumentException("A kernel that refuses zeros.");
        })!.Join();

        Assert.Equal(0, seen!.Length);
    }

    [Fact]
    public void Options_switch_it_off()
    {
        Assert.False(AheadCompilation.IsWanted(new PredictorOptions { CompilesAhead = false }));
        Assert.Equal(Environment.ProcessorCount > 1, AheadCompilation.IsWanted(new PredictorOptions()));
        Assert.Equal(Environment.ProcessorCount > 1, AheadCompilation.IsWanted(null));
    }

    [Fact]
    public void It_starts_where_another_processor_is_free()
    {
        using var pool = new ScratchPool(null, ScratchBytes);
        using var ran = new ManualResetEventSlim();
        AheadCompilation.Start(pool, _ => ran.Set(), null);
        Assert.Equal(Environment.ProcessorCount > 1, ran.Wait(Environment.ProcessorCount > 1 ? TimeSpan.FromSeconds(60) : TimeSpan.Zero));
    }
}
