using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ModelBuild;

/// <summary>One thread of a <see cref="ForkJoin"/>: its share of the chunks, its sleep and its memory.</summary>
internal sealed unsafe class ForkJoinThread
{
    /// <summary>How long a thread looks for work before it sleeps: the gaps between the steps of a call are shorter.</summary>
    private const double SpinMicroseconds = 30;

    /// <summary>Looks between two looks at the clock.</summary>
    private const int SpinsPerClock = 16;

    private static readonly long s_spinTicks = (long)(SpinMicroseconds * 1e-6 * Stopwatch.Frequency);

    private readonly Thread? _thread;
    private readonly AutoResetEvent _wake = new(false);
    private LonelyInt32 _unclaimed;
    private int _end;
    private volatile bool _isAsleep;
    private void* _memory;
    private long _memoryBytes;

    /// <summary>Makes a thread; the calling one has no loop.</summary>
    internal ForkJoinThread(ThreadStart? loop, int number)
    {
        _thread = loop is null ? null : new Thread(loop) { IsBackground = true, Name = $"ModelBuild {number}" };
        Number = number;
    }

    /// <summary>Its place among the threads; that of the calling one is 0.</summary>
    internal int Number { get; }

    /// <summary>Whether chunks of its share are unclaimed.</summary>
    internal bool HasWork => Volatile.Read(ref _unclaimed.Value) > 0;

    /// <summary>Starts it.</summary>
    internal void Start() => _thread!.UnsafeStart();

    /// <summary>Gives it chunks: the <paramref name="count"/> that end before <paramref name="end"/>.</summary>
    internal void Share(int end, int count)
    {
        _end = end;
        Volatile.Write(ref _unclaimed.Value, count);
    }

    /// <summary>Claims one chunk of its share.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool TryClaim(out int chunk)
    {
        int unclaimed = Volatile.Read(ref _unclaimed.Value);
        while (unclaimed > 0)
        {
            int seen = Interlocked.CompareExchange(ref _unclaimed.Value, unclaimed - 1, unclaimed);
            if (seen == unclaimed)
            {
                chunk = _end - unclaimed;
                return true;
            }

            unclaimed = seen;
        }

        chunk = -1;
        return false;
    }

    /// <summary>Waits a while for work; tells whether there is some.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal bool Spin(ForkJoin team)
    {
        long end = Stopwatch.GetTimestamp() + s_spinTicks;
        do
        {
            for (int i = 0; i < SpinsPerClock; i++)
            {
                if (HasWork || team.IsStopped)
                {
                    return true;
                }

                Thread.SpinWait(1);
            }

            // Whoever else wants this processor has better use for it, perhaps the thread that the work is to come from.
            Thread.Yield();
        }
        while (Stopwatch.GetTimestamp() < end);
        return false;
    }

    /// <summary>Sleeps until it is woken, or for no reason wakes; called by the thread itself. An event of the system, because a monitor may allocate.</summary>
    internal void Sleep(ForkJoin team)
    {
        _isAsleep = true;
        Interlocked.MemoryBarrier();
        if (!HasWork && !team.IsStopped)
        {
            _wake.WaitOne();
        }

        _isAsleep = false;
    }

    /// <summary>Wakes it where it sleeps and has work; tells whether that is so.</summary>
    internal bool Wake()
    {
        bool wakes = _isAsleep && HasWork;
        if (wakes)
        {
            _wake.Set();
        }

        return wakes;
    }

    /// <summary>Wakes it so that it sees that it is to end.</summary>
    internal void WakeForStop() => _wake.Set();

    /// <summary>Memory of the thread, which calls this itself; what it held is lost where it grows.</summary>
    internal void* Memory(long bytes)
    {
        if (bytes > _memoryBytes)
        {
            Free();
            _memory = NativeMemory.AlignedAlloc((nuint)bytes, Scratch.Alignment);
            _memoryBytes = bytes;
        }

        return _memory;
    }

    /// <summary>Frees its memory; called by the thread itself when it ends.</summary>
    internal void End() => Free();

    private void Free()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
        _memoryBytes = 0;
    }
}
