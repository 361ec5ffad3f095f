using System.Diagnostics;

namespace ModelBuild;

/// <summary>
/// Decides when sharing work pays: what little work is shared while threads are awake, that sleeping ones are woken for much of it, and that threads are left alone for a while when waiting for
/// them has taken longer than doing their work: the system interrupts them in their chunks. Callers at once may change its numbers under each other, which only makes it guess worse.
/// </summary>
/// <param name="clock">Tells the time in ticks of <see cref="Stopwatch"/>.</param>
internal sealed class ForkJoinPolicy(Func<long> clock)
{
    /// <summary>The least work that sleeping threads are woken for, about 80 microseconds of it: waking takes the caller some microseconds and them some tens.</summary>
    private const long WakingWork = 16 * ThreadTeam.LeastWork;

    /// <summary>Smaller steps that follow each other within this time count together.</summary>
    private const double GapMicroseconds = 200;

    /// <summary>Waiting so long for a chunk, or so many times as long as it takes, means that its thread does not run.</summary>
    private const double LateMicroseconds = 3;
    private const int LateChunks = 2;

    /// <summary>
    /// The time that sharing may lose before threads are left alone, and the most that counts of what it gained before: that of a stall now and then is paid by the regions between.
    /// </summary>
    private const double CreditMicroseconds = 1000;

    /// <summary>Regions in a row that no other thread came for in time: their processors have other work.</summary>
    private const int MostUnhelped = 32;

    /// <summary>Work of a microsecond.</summary>
    private const double WorkPerMicrosecond = 100_000;

    /// <summary>For how long threads are left alone after they stalled, at first and at most: a stall may last a time slice of some milliseconds.</summary>
    private const double LeastPauseMicroseconds = 20_000;
    private const double MostPauseMicroseconds = 320_000;

    /// <summary>Regions without a loss after which the next pause is shorter again.</summary>
    private const int RegionsOfTrust = 64;

    private static readonly double s_ticksPerMicrosecond = Stopwatch.Frequency * 1e-6;

    private long _alone;
    private long _aloneAt;
    private bool _isDue;
    private long _pausedUntil;
    private double _pause;
    private int _trusted;
    private double _balance;
    private int _unhelped;

    /// <summary>The time in ticks.</summary>
    internal long Now => clock();

    /// <summary>Whether work is shared in any case: for tests.</summary>
    internal bool IsEager { get; set; }

    /// <summary>Whether sharing work pays at present.</summary>
    internal bool IsWorth(long work, bool isAwake)
    {
        if (IsEager)
        {
            return true;
        }

        if (_pause > 0 && Now < _pausedUntil)
        {
            return false;
        }

        if (isAwake || work >= WakingWork)
        {
            return true;
        }

        long now = Now;
        _alone = now - _aloneAt > GapMicroseconds * s_ticksPerMicrosecond ? work : _alone + work;
        _aloneAt = now;
        if (_alone < WakingWork)
        {
            return false;
        }

        _alone = 0;
        _isDue = true;
        return true;
    }

    /// <summary>Whether sleeping threads are woken for work that is shared.</summary>
    internal bool Wakes(long work)
    {
        bool wakes = work >= WakingWork || _isDue || IsEager;
        _isDue = false;
        return wakes;
    }

    /// <summary>
    /// The ticks that a chunk takes: those that the caller's took, since neither the processor's speed nor that of its memory is known, and at least those of a fast core.
    /// </summary>
    /// <param name="chunkWork">The work of a chunk.</param>
    /// <param name="ticks">What the caller's chunks took.</param>
    /// <param name="done">Their number.</param>
    internal long ChunkTicks(long chunkWork, long ticks, int done)
    {
        var least = (long)(chunkWork / WorkPerMicrosecond * s_ticksPerMicrosecond);
        return done == 0 ? least : Math.Max(least, ticks / done);
    }

    /// <summary>Whether the threads that have the last chunks do not seem to run.</summary>
    /// <param name="start">When the caller began to wait.</param>
    /// <param name="chunkTicks">The ticks that a chunk takes.</param>
    internal bool IsLate(long start, long chunkTicks) => Now - start > (LateMicroseconds * s_ticksPerMicrosecond) + (LateChunks * chunkTicks);

    /// <summary>Takes note of the end of a region.</summary>
    /// <param name="helped">The chunks that other threads have done.</param>
    /// <param name="chunkTicks">The ticks that the caller would have taken for one of them.</param>
    /// <param name="waited">The ticks that it waited for them.</param>
    internal void Shared(int helped, long chunkTicks, long waited)
    {
        double gain = ((helped * (double)chunkTicks) - waited) / s_ticksPerMicrosecond;
        _balance = Math.Min(CreditMicroseconds, _balance + gain);
        _unhelped = helped > 0 ? 0 : _unhelped + 1;
        if (_balance < -CreditMicroseconds || _unhelped == MostUnhelped)
        {
            Pause(Now);
            return;
        }

        if (_pause > 0 && gain >= 0 && ++_trusted == RegionsOfTrust)
        {
            _trusted = 0;
            _pause = _pause > LeastPauseMicroseconds ? _pause / 2 : 0;
        }
    }

    private void Pause(long now)
    {
        _pause = Math.Clamp(2 * _pause, LeastPauseMicroseconds, MostPauseMicroseconds);
        _pausedUntil = now + (long)(_pause * s_ticksPerMicrosecond);
        _trusted = 0;
        _balance = 0;
        _unhelped = 0;
    }
}
