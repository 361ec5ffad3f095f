namespace ModelBuild.Compiler.Pruning.Channels;

/// <summary>Channels that can only be removed together, as disjoint sets. A set with a reason to be kept is kept whole.</summary>
internal sealed class ChannelSets
{
    private readonly List<int> _parents = [];
    private readonly List<ChannelKeep?> _keeps = [];

    /// <summary>New channels, each in a set of its own.</summary>
    public int[] Add(int count)
    {
        int[] channels = new int[count];
        for (int i = 0; i < count; i++)
        {
            channels[i] = _parents.Count;
            _parents.Add(_parents.Count);
            _keeps.Add(null);
        }

        return channels;
    }

    /// <summary>The channel that stands for the whole set: the one added first.</summary>
    public int Find(int channel)
    {
        while (_parents[channel] != channel)
        {
            _parents[channel] = _parents[_parents[channel]];
            channel = _parents[channel];
        }

        return channel;
    }

    /// <summary>Ties the channels of two axes of one size, position by position.</summary>
    public void Unite(int[] a, int[] b)
    {
        for (int i = 0; i < a.Length; i++)
        {
            int x = Find(a[i]);
            int y = Find(b[i]);
            int first = Math.Min(x, y);
            int second = Math.Max(x, y);
            _parents[second] = first;
            _keeps[first] ??= _keeps[second];
        }
    }

    /// <summary>Keeps the sets of some channels whole; the first reason stands.</summary>
    public void Keep(IEnumerable<int> channels, ChannelKeep keep)
    {
        foreach (int channel in channels)
        {
            _keeps[Find(channel)] ??= keep;
        }
    }

    /// <summary>Why a channel is kept, or null.</summary>
    public ChannelKeep? KeepOf(int channel) => _keeps[Find(channel)];
}
