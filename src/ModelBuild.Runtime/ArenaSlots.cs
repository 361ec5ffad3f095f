using System.ComponentModel;

namespace ModelBuild;

/// <summary>Which buffers may lie in one place because they are not used at the same time, for buffers whose sizes are only known in the midst of a call.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ArenaSlots
{
    private readonly int[] _slots;

    /// <summary>Finds the places, in the order in which buffers are first used.</summary>
    /// <param name="lifetimes">First and last step of each buffer, in pairs.</param>
    public ArenaSlots(ReadOnlySpan<int> lifetimes)
    {
        _slots = new int[lifetimes.Length / 2];
        int[] order = new int[_slots.Length];
        int[] firsts = new int[_slots.Length];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = i;
            firsts[i] = lifetimes[2 * i];
        }

        Array.Sort(firsts, order);
        List<int> ends = [];
        foreach (int buffer in order)
        {
            int first = lifetimes[2 * buffer];
            int slot = ends.FindIndex(end => end < first);
            if (slot < 0)
            {
                slot = ends.Count;
                ends.Add(0);
            }

            ends[slot] = lifetimes[(2 * buffer) + 1];
            _slots[buffer] = slot;
        }

        Count = ends.Count;
    }

    /// <summary>Number of buffers.</summary>
    public int Buffers => _slots.Length;

    /// <summary>Number of places.</summary>
    public int Count { get; }

    /// <summary>The place of a buffer.</summary>
    public int this[int buffer] => _slots[buffer];
}
