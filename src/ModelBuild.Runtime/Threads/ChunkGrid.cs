namespace ModelBuild;

/// <summary>Work with two axes cut into chunks: along the first as far as it goes, along the second where that is not far enough.</summary>
internal readonly struct ChunkGrid
{
    /// <summary>The weights that every thread may read whole: a part of a second-level cache.</summary>
    private const long NearBytes = 256 * 1024;

    /// <summary>The parts of rows for each thread below which their number does not divide well.</summary>
    private const int RowPartsPerThread = 4;

    private readonly int _outer;
    private readonly int _inner;
    private readonly int _outerChunks;
    private readonly int _innerChunks;

    private ChunkGrid(int outer, int inner, int outerChunks, int innerChunks)
    {
        _outer = outer;
        _inner = inner;
        _outerChunks = outerChunks;
        _innerChunks = innerChunks;
    }

    /// <summary>The number of chunks.</summary>
    internal int Count => _outerChunks * _innerChunks;

    /// <summary>Cuts work for a team: few parts one by one, since chunks of one and of two parts would keep threads waiting.</summary>
    /// <param name="team">The threads.</param>
    /// <param name="work">As for <see cref="ThreadTeam.For"/>.</param>
    /// <param name="outer">The parts of the first axis.</param>
    /// <param name="inner">The parts of the second axis.</param>
    internal static ChunkGrid Of(ThreadTeam team, long work, int outer, int inner)
    {
        int chunks = team.Chunks(work, int.MaxValue);
        int outerChunks = outer <= 2 * chunks ? outer : chunks;
        return new ChunkGrid(outer, inner, outerChunks, Math.Min(inner, (chunks + outerChunks - 1) / outerChunks));
    }

    /// <summary>
    /// Whether a product is cut along its rows first, its greater axis or not: the steps before and after it are cut there too, so threads find what they read in their own caches, and fetching
    /// it from those of others takes longer than computing it.
    /// </summary>
    /// <param name="team">The threads.</param>
    /// <param name="rows">The rows of the product.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="rowParts">The parts that rows can be cut into.</param>
    /// <param name="weightBytes">What each part of rows reads whole.</param>
    internal static bool IsByRows(ThreadTeam team, long rows, long columns, int rowParts, long weightBytes) =>
        rows >= columns || (weightBytes <= NearBytes && rowParts >= RowPartsPerThread * team.Threads);

    /// <summary>The parts of a chunk.</summary>
    internal ((int First, int End) Outer, (int First, int End) Inner) At(int chunk)
    {
        int outer = chunk / _innerChunks;
        int inner = chunk - (outer * _innerChunks);
        return (Range(outer, _outerChunks, _outer), Range(inner, _innerChunks, _inner));
    }

    /// <summary>The range of one of several nearly equal parts.</summary>
    internal static (int First, int End) Range(int part, int parts, int length) =>
        ((int)((long)length * part / parts), (int)((long)length * (part + 1) / parts));
}
