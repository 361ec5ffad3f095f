using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace ModelBuild.Runtime.Tests.Threads;

public sealed unsafe class ThreadTeamTests
{
    // Threads are woken for as much work, so that chunks run on them too.
    private const long MuchWork = long.MaxValue / 2;

    // How long a test waits for what happens soon unless something is broken.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    // How long one chunk waits for another.
    private static readonly TimeSpan s_meeting = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(1, 7)]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 100)]
    [InlineData(8, 3)]
    [InlineData(8, 64)]
    [InlineData(33, 1000)]
    public void Every_chunk_is_run_once(int threads, int chunks)
    {
        using var team = new ThreadTeam(threads);
        int[] counts = new int[chunks];
        for (int repeat = 1; repeat <= 200; repeat++)
        {
            Count(team, counts);
            Assert.All(counts, count => Assert.Equal(repeat, count));
        }
    }

    [Fact]
    public void No_chunks_are_no_calls()
    {
        using var team = new ThreadTeam(2);
        team.Run(&Fail, null, 0, MuchWork);
    }

    [Fact]
    public void Other_threads_take_chunks()
    {
        using var team = new ThreadTeam(2);
        Assert.True(HaveMet(team));
    }

    [Fact]
    public void A_region_that_finds_the_threads_busy_runs_alone()
    {
        using var team = new ThreadTeam(4);
        Nest nest = new() { Chunks = 16 };
        using (team.Use())
        {
            team.Run(&RunInside, &nest, 16, MuchWork);
        }

        Assert.Equal(16 * 16, nest.Count);
    }

    [Fact]
    public void An_exception_of_a_chunk_reaches_the_caller_and_the_team_goes_on()
    {
        using var team = new ThreadTeam(3);
        int[] counts = new int[50];
        for (int repeat = 1; repeat <= 50; repeat++)
        {
            Assert.Throws<InvalidOperationException>(() => team.Run(&Fail, null, 30, MuchWork));
            Count(team, counts);
            Assert.All(counts, count => Assert.Equal(repeat, count));
        }
    }

    [Fact]
    public void Many_callers_at_once_share_a_team()
    {
        using var team = new ThreadTeam(4);
        RunThreads(16, _ =>
        {
            int[] counts = new int[37];
            for (int repeat = 1; repeat <= 2000; repeat++)
            {
                Count(team, counts);
                Assert.All(counts, count => Assert.Equal(repeat, count));
            }
        });
    }

    [Fact]
    public void A_team_that_is_disposed_while_it_works_finishes_its_work_and_callers_go_on_alone()
    {
        for (int round = 0; round < 20; round++)
        {
            var team = new ThreadTeam(4);
            RunThreads(5, thread =>
            {
                if (thread == 0)
                {
                    team.Dispose();
                    return;
                }

                int[] counts = new int[11];
                for (int repeat = 1; repeat <= 200; repeat++)
                {
                    Count(team, counts);
                    Assert.All(counts, count => Assert.Equal(repeat, count));
                }
            });
            team.Dispose();
        }
    }

    [Fact]
    public void Threads_start_and_end_with_the_team()
    {
        var team = new ThreadTeam(3);
        Assert.Equal(2, team.State.Running);
        Count(team, new int[3]);
        team.Dispose();
        Assert.True(SpinWait.SpinUntil(() => team.State.Running == 0, s_patience));
        Count(team, new int[3]);
        Assert.Equal(0, team.State.Running);
    }

    [Fact]
    public void Threads_end_with_a_team_that_nobody_disposes()
    {
        ForkJoin state = Abandon();
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return state.Running == 0;
            },
            s_patience));
    }

    [Fact]
    public void Regions_allocate_nothing_not_even_the_first()
    {
        int[] counts = new int[8];
        using var team = new ThreadTeam(4);

        // The runtime allocates a thread's static fields when it first uses one.
        Assert.Null(ThreadTeam.Current);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            using (team.Use())
            {
                Count(team, counts);
            }
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(3, team.State.Running);
    }

    [Fact]
    public void The_first_memory_of_a_chunk_allocates_nothing()
    {
        using var team = new ThreadTeam(2);
        long allocated = -1;
        var thread = new Thread(() =>
        {
            using (team.Use())
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                MemoryOfCaller();
                allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            }
        });
        thread.Start();
        thread.Join();
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void A_team_works_while_the_thread_pool_is_starved()
    {
        using var release = new ManualResetEventSlim();
        ThreadPool.GetMinThreads(out int minimum, out _);
        using var blocked = new CountdownEvent(4 * minimum);
        for (int i = 0; i < blocked.InitialCount; i++)
        {
            ThreadPool.QueueUserWorkItem(_ =>
            {
                release.Wait();
                blocked.Signal();
            });
        }

        try
        {
            using var team = new ThreadTeam(2);
            Assert.True(HaveMet(team));
        }
        finally
        {
            release.Set();
            blocked.Wait();
        }
    }

    [Fact]
    public void A_team_has_at_least_the_calling_thread() => Assert.Throws<ArgumentOutOfRangeException>(() => new ThreadTeam(0));

    [Fact]
    public void Little_work_and_work_without_a_team_is_not_shared()
    {
        Assert.Null(ThreadTeam.For(MuchWork));
        using var team = new ThreadTeam(2);
        using (team.Use())
        {
            team.State.Policy.IsEager = true;
            Assert.Null(ThreadTeam.For(ThreadTeam.LeastWork - 1));
            Assert.Same(team, ThreadTeam.For(ThreadTeam.LeastWork));
            using var inner = new ThreadTeam(3);
            using (inner.Use())
            {
                Assert.Same(inner, ThreadTeam.For(MuchWork));
            }

            Assert.Same(team, ThreadTeam.For(ThreadTeam.LeastWork));
        }

        Assert.Null(ThreadTeam.For(MuchWork));
    }

    private static unsafe void MemoryOfCaller()
    {
        int own = 0;
        if (ThreadTeam.Memory(&own, 1) != &own)
        {
            throw new InvalidOperationException("A thread outside the team has memory of the team.");
        }
    }

    private static void Count(ThreadTeam team, int[] counts)
    {
        fixed (int* first = counts)
        {
            team.Run(&Increment, first, counts.Length, MuchWork);
        }
    }

    // On its own, so that no local of a test keeps the team alive.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ForkJoin Abandon()
    {
        var team = new ThreadTeam(3);
        Count(team, new int[3]);
        Assert.Equal(2, team.State.Running);
        return team.State;
    }

    /// <summary>Runs a body on threads of their own, all at once, and rethrows what fails.</summary>
    private static void RunThreads(int count, Action<int> body)
    {
        using var start = new Barrier(count);
        Exception?[] failures = new Exception?[count];
        Thread[] threads = [.. Enumerable.Range(0, count).Select(number => new Thread(() =>
        {
            start.SignalAndWait();
            failures[number] = Record.Exception(() => body(number));
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.All(failures, Assert.Null);
    }

    private static void Increment(void* context, int chunk) => Interlocked.Increment(ref ((int*)context)[chunk]);

    /// <summary>Runs two chunks of which each waits for the other, until they have met: a thread that is not given a processor in time misses a region.</summary>
    private static bool HaveMet(ThreadTeam team)
    {
        long start = Stopwatch.GetTimestamp();
        var meeting = default(Meeting);
        while (meeting.Met < 2 && Stopwatch.GetElapsedTime(start) < s_patience)
        {
            meeting = default;
            team.Run(&Meet, &meeting, 2, MuchWork);
        }

        return meeting.Met == 2;
    }

    private static void Meet(void* context, int chunk)
    {
        var meeting = (Meeting*)context;
        Interlocked.Increment(ref meeting->Arrived);
        long start = Stopwatch.GetTimestamp();
        while (Volatile.Read(ref meeting->Arrived) < 2 && Stopwatch.GetElapsedTime(start) < s_meeting)
        {
            Thread.Yield();
        }

        if (Stopwatch.GetElapsedTime(start) < s_meeting)
        {
            Interlocked.Increment(ref meeting->Met);
        }
    }

    private static void RunInside(void* context, int chunk)
    {
        var nest = (Nest*)context;
        if (ThreadTeam.Current is { } team)
        {
            team.Run(&CountNested, context, nest->Chunks, MuchWork);
            return;
        }

        for (int inner = 0; inner < nest->Chunks; inner++)
        {
            CountNested(context, inner);
        }
    }

    private static void CountNested(void* context, int chunk) => Interlocked.Increment(ref ((Nest*)context)->Count);

    private static void Fail(void* context, int chunk) => throw new InvalidOperationException();

    private struct Meeting
    {
        public int Arrived;
        public int Met;
    }

    private struct Nest
    {
        public int Chunks;
        public int Count;
    }
}
