using System.Runtime.CompilerServices;

namespace ModelBuild;

/// <summary>
/// Threads that kernels share their work with. What a kernel computes does not depend on their number: work is cut between elements, never within the sum
/// of one. One kernel at a time uses them; one that finds them busy does its work alone. Safe to use from several threads at once.
/// </summary>
public sealed unsafe class ThreadTeam : IDisposable
{
    /// <summary>
    /// Multiply-accumulates, or bytes of a second-level cache, below which sharing does not pay: a core does about 100 thousand million a second, handing
    /// work over and waiting for it costs about one microsecond, and waiting for cache lines of another core as much again.
    /// </summary>
    internal const long LeastWork = 512 * 1024;

    /// <summary>The least work of one chunk.</summary>
    private const long ChunkWork = LeastWork / 2;

    /// <summary>Chunks of each thread: with more than one, threads that are interrupted leave work to the others.</summary>
    private const int ChunksPerThread = 4;

    // The runtime allocates the thread's fields of a class when it first uses one: of this one that is when it first has a team, not in a call.
    [ThreadStatic]
    private static ThreadTeam? s_current;

    [ThreadStatic]
    private static ForkJoinThread? s_worker;

    private readonly ForkJoin _forkJoin;

    /// <summary>Starts a team's threads, which sleep while they have no work.</summary>
    /// <param name="threads">The number of threads with that of the caller, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is below 1.</exception>
    /// <exception cref="OutOfMemoryException">The system has not enough memory for the threads.</exception>
    public ThreadTeam(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        _forkJoin = new ForkJoin(threads);
    }

    /// <summary>Ends the threads, which do not keep the team alive. There are none where the constructor threw.</summary>
    ~ThreadTeam() => _forkJoin?.Stop();

    /// <summary>The number of threads with that of the caller.</summary>
    public int Threads => _forkJoin.Threads;

    /// <summary>The threads and what they do, for tests.</summary>
    internal ForkJoin State => _forkJoin;

    /// <summary>The team of the current thread, or null where its kernels work alone.</summary>
    internal static ThreadTeam? Current
    {
        get => s_current;
        set => s_current = value;
    }

    /// <summary>The current thread where it belongs to a team, or null.</summary>
    internal static ForkJoinThread? Worker
    {
        get => s_worker;
        set => s_worker = value;
    }

    /// <summary>The place of the current thread among those that share work; 0 for the one that shares it.</summary>
    internal static int Number => s_worker?.Number ?? 0;

    /// <summary>Lets the kernels that the current thread calls share their work with this team, until the result is disposed.</summary>
    public ThreadScope Use() => new(this);

    /// <summary>Ends the threads once they have no work; kernels that use the team work alone from then on.</summary>
    public void Dispose()
    {
        _forkJoin.Stop();
        GC.SuppressFinalize(this);
    }

    /// <summary>The team of a predictor, or null for one thread.</summary>
    internal static ThreadTeam? Of(PredictorOptions? options)
    {
        int threads = options?.Threads ?? 1;
        threads = threads == 0 ? Environment.ProcessorCount : Math.Min(threads, Environment.ProcessorCount);
        return threads == 1 ? null : new ThreadTeam(threads);
    }

    /// <summary>The team that a kernel shares its work with, or null where it works alone.</summary>
    /// <param name="work">Multiply-accumulates, or bytes read and written.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ThreadTeam? For(long work) => work < LeastWork || s_current is not { } team || !team._forkJoin.IsWorth(work) ? null : team;

    /// <summary>The number of chunks that work is cut into.</summary>
    /// <param name="work">As for <see cref="For"/>.</param>
    /// <param name="most">The number of parts that it can be cut into.</param>
    internal int Chunks(long work, int most) => (int)Math.Min(most, Math.Min((long)Threads * ChunksPerThread, Math.Max(1, work / ChunkWork)));

    /// <summary>
    /// Calls <paramref name="body"/> once with every chunk, on this thread and others, and returns when all calls have. Kernels that a chunk calls work alone.
    /// </summary>
    /// <param name="body">Takes <paramref name="context"/> and the chunk.</param>
    /// <param name="context">Passed on.</param>
    /// <param name="chunks">The number of chunks.</param>
    /// <param name="work">As for <see cref="For"/>.</param>
    internal void Run(delegate*<void*, int, void> body, void* context, int chunks, long work)
    {
        ThreadTeam? outer = s_current;
        s_current = null;
        try
        {
            _forkJoin.Run(body, context, chunks, work);
        }
        finally
        {
            s_current = outer;
        }

        GC.KeepAlive(this);
    }

    /// <summary>Memory that the current thread alone uses in the call of a chunk, until it asks again.</summary>
    /// <param name="ofCaller">That of the thread that shares its work.</param>
    /// <param name="count">The number of elements.</param>
    /// <exception cref="OutOfMemoryException">The system has not enough memory.</exception>
    internal static T* Memory<T>(T* ofCaller, long count)
        where T : unmanaged => s_worker is { } thread ? (T*)thread.Memory(checked(count * sizeof(T))) : ofCaller;
}
