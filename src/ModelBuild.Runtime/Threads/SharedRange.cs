using System.Runtime.CompilerServices;

namespace ModelBuild;

/// <summary>Ranges of items that threads share.</summary>
internal static unsafe class SharedRange
{
    /// <summary>Elements that parts of vectorised loops begin at multiples of: the last part alone has elements that no whole vector holds.</summary>
    internal const int Vectors = 64;

    /// <summary>Does work on the threads of a team. Never part of a kernel's entry, whose first call on one thread would compile it.</summary>
    /// <param name="team">The team.</param>
    /// <param name="range">The work.</param>
    /// <param name="length">The number of items.</param>
    /// <param name="together">Parts begin at multiples of it.</param>
    /// <param name="work">As for <see cref="ThreadTeam.For"/>.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Run<TRange>(ThreadTeam team, TRange range, nint length, nint together, long work)
        where TRange : struct, ISharedRange
    {
        int most = (int)Math.Min(int.MaxValue, (length + together - 1) / together);
        var shared = new Region
        {
            Range = Unsafe.AsPointer(ref range),
            Length = length,
            Together = together,
            Chunks = team.Chunks(work, most),
        };
        team.Run(&Chunk<TRange>, &shared, shared.Chunks, work);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Chunk<TRange>(void* context, int chunk)
        where TRange : struct, ISharedRange
    {
        var shared = (Region*)context;
        long parts = (shared->Length + shared->Together - 1) / shared->Together;
        nint first = (nint)(parts * chunk / shared->Chunks) * shared->Together;
        nint end = Math.Min(shared->Length, (nint)(parts * (chunk + 1) / shared->Chunks) * shared->Together);
        Unsafe.AsRef<TRange>(shared->Range).Run(first, end);
    }

    private struct Region
    {
        public void* Range;
        public nint Length;
        public nint Together;
        public int Chunks;
    }
}
