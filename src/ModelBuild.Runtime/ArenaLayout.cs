using System.ComponentModel;

namespace ModelBuild;

/// <summary>Where the intermediate results of one call lie, for sizes that are known.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ArenaLayout
{
    private readonly long[] _sizes;
    private readonly long[] _offsets;

    private ArenaLayout(long[] sizes, long[] offsets, long bytes)
    {
        _sizes = sizes;
        _offsets = offsets;
        Bytes = bytes;
    }

    /// <summary>Bytes of the whole block, a multiple of <see cref="Scratch.Alignment"/>.</summary>
    public long Bytes { get; }

    /// <summary>Byte offset of each buffer, a multiple of <see cref="Scratch.Alignment"/>.</summary>
    public ReadOnlySpan<long> Offsets => _offsets;

    /// <summary>Byte offset of one buffer.</summary>
    public long this[int buffer] => _offsets[buffer];

    /// <summary>
    /// Places buffers whose lifetimes are known: largest first, into the smallest gap between those that live at the same time. Reuse keeps intermediate values in
    /// cache, so it is a matter of speed, not only of size.
    /// </summary>
    /// <param name="sizes">The sizes that the layout is for; kept to find it again.</param>
    /// <param name="lifetimes">First and last step of each buffer, in pairs.</param>
    /// <param name="bytes">Bytes of each buffer.</param>
    /// <exception cref="ArgumentException">There are not two steps for each buffer.</exception>
    public static ArenaLayout Place(ReadOnlySpan<long> sizes, ReadOnlySpan<int> lifetimes, ReadOnlySpan<long> bytes)
    {
        if (lifetimes.Length != 2 * bytes.Length)
        {
            throw new ArgumentException($"{bytes.Length} buffers have {lifetimes.Length} ends of lifetimes.", nameof(lifetimes));
        }

        int[] order = new int[bytes.Length];
        (long Size, int First)[] keys = new (long, int)[bytes.Length];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = i;
            keys[i] = (-bytes[i], lifetimes[2 * i]);
        }

        // The sort need not be stable: the index decides between equal keys.
        Array.Sort(order, (a, b) => keys[a] == keys[b] ? a.CompareTo(b) : keys[a].CompareTo(keys[b]));
        List<int> byOffset = new(order.Length);
        long[] offsets = new long[order.Length];
        long total = 0;
        foreach (int buffer in order)
        {
            long wanted = Align(bytes[buffer]);
            offsets[buffer] = FindGap(buffer, wanted, lifetimes, bytes, offsets, byOffset);
            int place = byOffset.FindIndex(o => offsets[o] > offsets[buffer]);
            byOffset.Insert(place < 0 ? byOffset.Count : place, buffer);
            total = Math.Max(total, checked(offsets[buffer] + wanted));
        }

        return new ArenaLayout(sizes.ToArray(), offsets, total);
    }

    /// <summary>True when the layout is for these sizes.</summary>
    public bool IsFor(ReadOnlySpan<long> sizes) => sizes.SequenceEqual(_sizes);

    private static long FindGap(int buffer, long wanted, ReadOnlySpan<int> lifetimes, ReadOnlySpan<long> bytes, long[] offsets, List<int> byOffset)
    {
        long best = -1;
        long bestGap = long.MaxValue;
        long cursor = 0;
        foreach (int other in byOffset)
        {
            if (lifetimes[2 * other] > lifetimes[(2 * buffer) + 1] || lifetimes[2 * buffer] > lifetimes[(2 * other) + 1])
            {
                continue;
            }

            long gap = offsets[other] - cursor;
            if (gap >= wanted && gap < bestGap)
            {
                best = cursor;
                bestGap = gap;
            }

            cursor = Math.Max(cursor, offsets[other] + Align(bytes[other]));
        }

        return best >= 0 ? best : cursor;
    }

    private static long Align(long bytes) => checked(bytes + Scratch.Alignment - 1) / Scratch.Alignment * Scratch.Alignment;
}
