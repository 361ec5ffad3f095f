using System.ComponentModel;

namespace ModelBuild;

/// <summary>
/// Remembers the layouts of sizes that were seen before, so that a call with one of them allocates nothing. Lock-free and of bounded size: beyond it, one
/// layout makes room for another and is made again when it is needed.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ArenaLayouts
{
    private const int Slots = 1024;
    private const int Probes = 8;

    private readonly ArenaLayout?[] _slots = new ArenaLayout?[Slots];
    private readonly int[] _lifetimes;

    /// <summary>Creates an empty store.</summary>
    /// <param name="lifetimes">First and last step of each buffer, in pairs.</param>
    public ArenaLayouts(ReadOnlySpan<int> lifetimes) => _lifetimes = lifetimes.ToArray();

    /// <summary>The layout for sizes, or null when they are new.</summary>
    public ArenaLayout? Find(ReadOnlySpan<long> sizes)
    {
        int slot = SlotOf(sizes);
        for (int i = 0; i < Probes; i++)
        {
            if (Volatile.Read(ref _slots[(slot + i) % Slots]) is { } layout && layout.IsFor(sizes))
            {
                return layout;
            }
        }

        return null;
    }

    /// <summary>Places the buffers, of which it is told how many bytes each has, for new sizes.</summary>
    public ArenaLayout Add(ReadOnlySpan<long> sizes, ReadOnlySpan<long> bytes)
    {
        ArenaLayout layout = ArenaLayout.Place(sizes, _lifetimes, bytes);
        int slot = SlotOf(sizes);
        for (int i = 0; i < Probes; i++)
        {
            if (Interlocked.CompareExchange(ref _slots[(slot + i) % Slots], layout, null) is null)
            {
                return layout;
            }
        }

        Volatile.Write(ref _slots[slot], layout);
        return layout;
    }

    private static int SlotOf(ReadOnlySpan<long> sizes)
    {
        ulong hash = 0;
        foreach (long size in sizes)
        {
            hash = (hash ^ (ulong)size) * 0x9E3779B97F4A7C15;
        }

        return (int)(hash >> 54);
    }
}
