using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace ModelBuild;

/// <summary>
/// Runs chunks of work on several threads. Each thread has a share of the chunks and claims one after the other, then those of others: the calling thread
/// does whatever nobody has claimed yet and waits for claimed chunks alone, so that a thread that is late or interrupted costs its help, not its delay.
/// </summary>
/// <remarks>
/// What a claim is for is read after it, and a region does not end before its claimed chunks have: a claim is therefore always one of the present region,
/// however long the thread was interrupted before it.
/// </remarks>
internal sealed unsafe class ForkJoin
{
    /// <summary>How long a thread looks for work before it sleeps: the gaps between the steps of a call are shorter.</summary>
    private const double SpinMicroseconds = 30;

    /// <summary>Looks between two looks at the clock.</summary>
    private const int SpinsPerClock = 16;

    /// <summary>Looks of the calling thread for the end of the last chunks before it offers its processor to the threads that have them.</summary>
    private const int SpinsBeforeYield = 1000;

    /// <summary>The least work that threads are woken for, which takes the caller some microseconds and them some tens.</summary>
    private const long WakingWork = 8 * ThreadTeam.LeastWork;

    private static readonly long s_spinTicks = (long)(SpinMicroseconds * 1e-6 * Stopwatch.Frequency);

    private readonly ForkJoinThread[] _threads;
    private ForkJoinRegion _region;
    private int _started = 1;
    private int _running;
    private long _regions;
    private volatile bool _isStopped;

    /// <summary>Makes the state of a number of threads, of which the calling one is the first.</summary>
    internal ForkJoin(int threads)
    {
        _threads = new ForkJoinThread[threads];
        for (int i = 0; i < threads; i++)
        {
            _threads[i] = new ForkJoinThread();
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

    /// <inheritdoc cref="ThreadTeam.Run"/>
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

        try
        {
            if (_started < _threads.Length)
            {
                Start();
            }
        }
        catch
        {
            Volatile.Write(ref _region.IsBusy.Value, 0);
            throw;
        }

        Open(body, context, chunks);
        if (work >= WakingWork)
        {
            Wake();
        }

        int done = Work(0);
        int spins = 0;
        while (Volatile.Read(ref _region.Done.Value) != chunks - done)
        {
            if (++spins < SpinsBeforeYield)
            {
                Thread.SpinWait(1);
            }
            else
            {
                Thread.Yield();
            }
        }

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

    private void Start()
    {
        for (; _started < _threads.Length; _started++)
        {
            int number = _started;
            Interlocked.Increment(ref _running);
            new Thread(() => Loop(number)) { IsBackground = true, Name = $"ModelBuild {number}" }.UnsafeStart();
        }
    }

    /// <summary>Gives every thread a share of the chunks; from then on they may be claimed.</summary>
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

    private void Wake()
    {
        for (int i = 1; i < _threads.Length; i++)
        {
            _threads[i].Wake();
        }
    }

    /// <summary>Runs chunks until all are claimed; tells how many.</summary>
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

    private void Loop(int number)
    {
        ForkJoinThread self = _threads[number];
        ForkJoinThread.Current = self;
        try
        {
            while (!_isStopped)
            {
                int done = Work(number);
                if (done > 0)
                {
                    Interlocked.Add(ref _region.Done.Value, done);
                }

                if (!Spin(self))
                {
                    self.Sleep(this);
                }
            }
        }
        finally
        {
            self.End();
            Interlocked.Decrement(ref _running);
        }
    }

    /// <summary>Waits a while for work; tells whether there is some.</summary>
    private bool Spin(ForkJoinThread self)
    {
        long end = Stopwatch.GetTimestamp() + s_spinTicks;
        do
        {
            for (int i = 0; i < SpinsPerClock; i++)
            {
                if (self.HasWork || _isStopped)
                {
                    return true;
                }

                Thread.SpinWait(1);
            }
        }
        while (Stopwatch.GetTimestamp() < end);
        return false;
    }
}
