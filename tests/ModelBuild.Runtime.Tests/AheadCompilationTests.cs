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

        AheadCompilation.StartThread(() => AheadCompilation.Run(pool, scratch =>
        {
            seen.Add(scratch);
            values = scratch.F32(0, 4).ToArray();
        }))!.Join();

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

        AheadCompilation.StartThread(() => AheadCompilation.Run(pool, scratch =>
        {
            seen = scratch;
            throw new ArgumentException("A kernel that refuses zeros.");
        }))!.Join();

        Assert.Equal(0, seen!.Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(1_000_000)]
    public void Steps_that_wait_for_no_weights_have_zeros_that_are_released_afterwards(int length)
    {
        PredictorWeights? seen = null;
        ScratchPool? seenPool = null;
        var values = new float[length / sizeof(float)];
        Array.Fill(values, 1f);

        AheadCompilation.Run(
            (weights, pool, scratch) =>
            {
                seen = weights;
                seenPool = pool;
                Assert.Equal(length, weights.Length);
                Assert.Equal(ScratchBytes, scratch.Length);
                weights.F32(0, values.Length).CopyTo(values);
                unsafe
                {
                    fixed (float* start = weights.F32(0, values.Length))
                    {
                        Assert.Equal(0, (nint)start % Scratch.Alignment);
                    }
                }
            },
            length,
            ScratchBytes);

        Assert.Equal(new float[values.Length], values);
        Assert.Throws<ObjectDisposedException>(() => seen!.F32(0, 0).Length);
        Assert.Throws<ObjectDisposedException>(() => seenPool!.Rent());
    }

    [Fact]
    public void Weights_that_cannot_be_had_end_the_thread_alone()
    {
        bool hasRun = false;
        AheadCompilation.StartThread(() => AheadCompilation.Run((_, _, _) => hasRun = true, long.MaxValue, ScratchBytes))!.Join();
        Assert.False(hasRun);
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
        using var ranOverZeros = new ManualResetEventSlim();
        AheadCompilation.Start((_, _, _) => ranOverZeros.Set(), 0, ScratchBytes, null);
        Assert.Equal(Environment.ProcessorCount > 1, ranOverZeros.Wait(Environment.ProcessorCount > 1 ? TimeSpan.FromSeconds(60) : TimeSpan.Zero));
    }
}
