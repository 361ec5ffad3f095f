using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace ModelBuild;

/// <summary>
/// Runs chunks of work on several threads. Each thread has a share of the chunks and claims one after the other, then those of others: the calling thread
/// does whatever nobody has claimed yet and waits for claimed chunks alone, so that a thread that is late costs its help, not its delay.
/// </summary>
/// <remarks>
/// What a claim is for is read after it, and a region does not end before its claimed chunks have: a claim is therefore always one of the present region,
/// however long the thread was interrupted before it.
/// </remarks>
internal sealed unsafe class ForkJoin
{
    /// <summary>Looks of the calling thread for the end of the last chunks between two looks at the clock.</summary>
    private const int SpinsPerClock = 16;

    private readonly ForkJoinThread[] _threads;
    private readonly ForkJoinPolicy _policy = new(Stopwatch.GetTimestamp);
    private ForkJoinRegion _region;
    private int _running;
    private int _awake;
    private long _regions;
    private volatile bool _isStopped;

    /// <summary>Starts threads: one less than given, since the calling one is the first.</summary>
    /// <exception cref="OutOfMemoryException">The system has not enough memory for them.</exception>
    internal ForkJoin(int threads)
    {
        _threads = new ForkJoinThread[threads];
        for (int i = 0; i < threads; i++)
        {
            int number = i;
            _threads[i] = new ForkJoinThread(i == 0 ? null : () => Loop(number), number);
        }

        try
        {
            for (int i = 1; i < threads; i++)
            {
                _threads[i].Start();
                Interlocked.Increment(ref _running);
            }
        }
        catch
        {
            Stop();
            throw;
        }
    }

    /// <summary>Whether the threads are to end.</summary>
    internal bool IsStopped => _isStopped;

    /// <summary>The number of threads.</summary>
    internal int Threads => _threads.Length;

    /// <summary>The threads that have started and not ended.</summary>
    internal int Running => Volatile.Read(ref _running);

    /// <summary>How often work was shared.</summary>
    internal long Regions => Volatile.Read(ref _regions);

    /// <summary>When sharing pays.</summary>
    internal ForkJoinPolicy Policy => _policy;

    /// <summary>Whether sharing work pays at present.</summary>
    internal bool IsWorth(long work) => _policy.IsWorth(work, Volatile.Read(ref _awake) > 0);

    /// <inheritdoc cref="ThreadTeam.Run"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Run(delegate*<void*, int, void> body, void* context, int chunks, long work)
    {
        if (chunks <= 1 || _isStopped || Volatile.Read(ref _region.IsBusy.Value) != 0 || Interlocked.CompareExchange(ref _region.IsBusy.Value, 1, 0) != 0)
        {
            for (int chunk = 0; chunk < chunks; chunk++)
            {
                body(context, chunk);
            }

            return;
        }

        Open(body, context, chunks);
        if (_policy.Wakes(work))
        {
            Wake(0);
        }

        long start = _policy.Now;
        int done = Work(0);
        long worked = _policy.Now;
        long chunkTicks = _policy.ChunkTicks(work / chunks, worked - start, done);
        Join(chunks - done, worked, chunkTicks);
        _policy.Shared(chunks - done, chunkTicks, _policy.Now - worked);
        ExceptionDispatchInfo? failure = _region.Failure;
        _region.Failure = null;
        Volatile.Write(ref _region.IsBusy.Value, 0);
        failure?.Throw();
    }

    /// <summary>Lets the threads end once they have no work.</summary>
    internal void Stop()
    {
        _isStopped = true;
        foreach (ForkJoinThread thread in _threads)
        {
            thread.WakeForStop();
        }
    }

    /// <summary>Gives every thread a share of the chunks; from then on they may be claimed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Open(delegate*<void*, int, void> body, void* context, int chunks)
    {
        _region.Body = body;
        _region.Context = context;
        _region.Done.Value = 0;
        _regions++;
        int end = 0;
        for (int i = 0; i < _threads.Length; i++)
        {
            int first = end;
            end = (int)((((long)chunks * (i + 1)) + _threads.Length - 1) / _threads.Length);
            _threads[i].Share(end, end - first);
        }

        // A thread that goes to sleep says so before it looks for chunks a last time.
        Interlocked.MemoryBarrier();
    }

    /// <summary>Wakes threads, each of which wakes two others: waking takes microseconds, which the caller spends on two of them only.</summary>
    private void Wake(int number)
    {
        for (int next = (2 * number) + 1; next <= (2 * number) + 2 && next < _threads.Length; next++)
        {
            if (!_threads[next].Wake())
            {
                Wake(next);
            }
        }
    }

    /// <summary>Waits for the chunks that others have claimed: as long as they take with its processor, then offering it to the threads that have them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Join(int chunks, long start, long chunkTicks)
    {
        bool yields = false;
        for (int spins = 1; Volatile.Read(ref _region.Done.Value) != chunks; spins++)
        {
            if (yields)
            {
                Thread.Yield();
                continue;
            }

            Thread.SpinWait(1);
            yields = spins % SpinsPerClock == 0 && _policy.IsLate(start, chunkTicks);
        }
    }

    /// <summary>Runs chunks until all are claimed; tells how many.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Work(int number)
    {
        int done = 0;
        for (int i = 0; i < _threads.Length; i++)
        {
            ForkJoinThread owner = _threads[number + i < _threads.Length ? number + i : number + i - _threads.Length];
            while (owner.TryClaim(out int chunk))
            {
                try
                {
                    _region.Body(_region.Context, chunk);
                }
                catch (Exception failure)
                {
                    Interlocked.CompareExchange(ref _region.Failure, ExceptionDispatchInfo.Capture(failure), null);
                }

                done++;
            }
        }

        return done;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Loop(int number)
    {
        ForkJoinThread self = _threads[number];
        ThreadTeam.Worker = self;
        Interlocked.Increment(ref _awake);
        try
        {
            while (!_isStopped)
            {
                int done = Work(number);
                if (done > 0)
                {
                    Interlocked.Add(ref _region.Done.Value, done);
                }

                if (!self.Spin(this))
                {
                    Interlocked.Decrement(ref _awake);
                    self.Sleep(this);
                    Interlocked.Increment(ref _awake);
                    Wake(number);
                }
            }
        }
        finally
        {
            Interlocked.Decrement(ref _awake);
            self.End();
            Interlocked.Decrement(ref _running);
        }
    }
}
