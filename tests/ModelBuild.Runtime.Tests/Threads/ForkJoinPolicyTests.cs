using System.Diagnostics;

namespace ModelBuild.Runtime.Tests.Threads;

public sealed class ForkJoinPolicyTests
{
    private const long Little = ThreadTeam.LeastWork;
    private const double Step = 1;
    private const long Much = 1000 * ThreadTeam.LeastWork;

    private static readonly long s_short = TicksOf(microseconds: 5);
    private static readonly long s_long = TicksOf(microseconds: 5000);

    private readonly ForkJoinPolicy _policy;
    private double _microseconds;

    public ForkJoinPolicyTests() => _policy = new ForkJoinPolicy(() => TicksOf(_microseconds));

    [Fact]
    public void Threads_are_woken_for_much_work()
    {
        Assert.True(_policy.IsWorth(Much, isAwake: false));
        Assert.True(_policy.Wakes(Much));
    }

    [Fact]
    public void Little_work_is_shared_with_threads_that_are_awake_and_wakes_none()
    {
        Assert.True(_policy.IsWorth(Little, isAwake: true));
        Assert.False(_policy.Wakes(Little));
        Assert.False(_policy.IsWorth(Little, isAwake: false));
    }

    [Fact]
    public void Many_small_steps_one_after_the_other_wake_threads_once()
    {
        int steps = 1;
        while (!_policy.IsWorth(Little, isAwake: false))
        {
            _microseconds += 10;
            Assert.True(++steps < 100, "They never wake.");
        }

        Assert.True(steps > 1);
        Assert.True(_policy.Wakes(Little));
        Assert.False(_policy.Wakes(Little));
        Assert.False(_policy.IsWorth(Little, isAwake: false));
    }

    [Fact]
    public void Small_steps_with_pauses_wake_no_thread()
    {
        for (int step = 0; step < 1000; step++)
        {
            Assert.False(_policy.IsWorth(Little, isAwake: false));
            _microseconds += 1000;
        }
    }

    [Fact]
    public void Threads_that_stall_are_left_alone_for_longer_and_longer_and_trusted_again()
    {
        double first = Pause();
        double second = Pause();
        Assert.True(second > first);
        double longest = Pause();
        for (int stall = 0; stall < 10; stall++)
        {
            longest = Pause();
        }

        Assert.Equal(longest, Pause(), Step);
        for (int region = 0; region < 10_000; region++)
        {
            Assert.True(_policy.IsWorth(Much, isAwake: true));
            _policy.Shared(1, s_short, 0);
        }

        Assert.Equal(first, Pause(), Step);
    }

    [Fact]
    public void Waiting_for_long_chunks_is_no_stall()
    {
        for (int region = 0; region < 1000; region++)
        {
            _policy.Shared(1, s_long, s_long);
        }

        Assert.True(_policy.IsWorth(Much, isAwake: true));
    }

    [Fact]
    public void A_stall_now_and_then_is_paid_by_the_regions_between()
    {
        for (int region = 0; region < 100_000; region++)
        {
            Assert.True(_policy.IsWorth(Much, isAwake: true));
            _policy.Shared(7, TicksOf(microseconds: 20), region % 100 == 99 ? TicksOf(microseconds: 2000) : 0);
        }
    }

    [Fact]
    public void Threads_that_are_often_late_are_left_alone()
    {
        const int Regions = 1000;
        for (int region = 0; region < Regions; region++)
        {
            Assert.True(_policy.IsWorth(Much, isAwake: true), "A few late regions are no reason.");
            Late(region % 10 == 0);
        }

        int shared = 0;
        while (_policy.IsWorth(Much, isAwake: true) && shared < Regions)
        {
            Late(++shared % 2 == 0);
        }

        Assert.InRange(shared, 2, Regions - 1);
    }

    [Fact]
    public void Threads_that_never_come_in_time_are_left_alone()
    {
        for (int region = 0; region < 1000; region++)
        {
            Assert.True(_policy.IsWorth(Much, isAwake: false), "Some regions without help are no reason.");
            _policy.Shared(region % 8 == 0 ? 1 : 0, s_short, 0);
        }

        int unhelped = 0;
        while (_policy.IsWorth(Much, isAwake: false) && unhelped < 1000)
        {
            unhelped++;
            _policy.Shared(0, s_short, 0);
        }

        Assert.InRange(unhelped, 2, 999);
    }

    [Fact]
    public void A_chunk_is_late_when_it_takes_longer_than_it_can()
    {
        _microseconds = 1;
        long start = _policy.Now;
        Assert.False(_policy.IsLate(start, s_short));
        _microseconds += 1000;
        Assert.True(_policy.IsLate(start, s_short));
        Assert.False(_policy.IsLate(start, s_long));
    }

    [Fact]
    public void Chunks_take_as_long_as_those_of_the_caller()
    {
        long fast = _policy.ChunkTicks(Much, 0, 0);
        Assert.InRange(fast, 1, long.MaxValue);
        Assert.Equal(fast, _policy.ChunkTicks(Much, 1, 4));
        Assert.Equal(s_long / 4, _policy.ChunkTicks(Little, s_long, 4));
    }

    private static long TicksOf(double microseconds) => (long)(microseconds * 1e-6 * Stopwatch.Frequency);

    private void Late(bool isLate) => _policy.Shared(2, s_short, isLate ? TicksOf(microseconds: 50) : 0);

    // Stalls, and measures for how many milliseconds work is not shared.
    private double Pause()
    {
        _microseconds += 5000;
        _policy.Shared(1, s_short, s_long);
        int milliseconds = 0;
        while (!_policy.IsWorth(Much, isAwake: true))
        {
            milliseconds++;
            _microseconds += 1000;
        }

        return milliseconds;
    }
}
