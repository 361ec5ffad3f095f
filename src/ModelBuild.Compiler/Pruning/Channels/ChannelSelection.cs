namespace ModelBuild.Compiler.Pruning.Channels;

/// <summary>Chooses the channels to remove: in each group of layers that share channels the same part, the least important first.</summary>
internal static class ChannelSelection
{
    /// <summary>First channels of the sets to remove.</summary>
    /// <param name="part">Part of the removable channels of each group, rounded down.</param>
    public static IReadOnlySet<int> Choose(ChannelMap map, double part)
    {
        ChannelSlice[] layers = [.. map.Slices.Where(s => s.Role == ChannelRole.Filter)];
        int[][] sets = [.. layers.Select(l => l.Channels.Select(map.Sets.Find).Distinct().ToArray())];
        IReadOnlyDictionary<int, double> importance = ChannelImportance.Measure(map);
        HashSet<int> removed = [];
        foreach (int[] group in Groups(sets))
        {
            int[] candidates = [.. group.SelectMany(l => sets[l]).Distinct().Where(s => map.Sets.KeepOf(s) is null)];

            // Of equally important channels the later one goes, so that the result is the same everywhere.
            int[] order = [.. candidates.OrderBy(s => importance[s]).ThenByDescending(s => s)];
            int wanted = (int)Math.Floor((candidates.Length * part) + 1e-9);
            int[] left = [.. group.Select(l => sets[l].Length)];
            foreach (int set in order)
            {
                int[] holders = [.. Enumerable.Range(0, group.Length).Where(g => sets[group[g]].Contains(set))];
                if (wanted == 0)
                {
                    break;
                }

                // No layer loses its last channel.
                if (holders.All(g => left[g] > 1))
                {
                    removed.Add(set);
                    wanted--;
                    Array.ForEach(holders, g => left[g]--);
                }
            }
        }

        return removed;
    }

    private static IEnumerable<int[]> Groups(int[][] sets)
    {
        int[] groups = [.. Enumerable.Range(0, sets.Length)];
        Dictionary<int, int> holder = [];
        for (int layer = 0; layer < sets.Length; layer++)
        {
            foreach (int set in sets[layer])
            {
                if (!holder.TryAdd(set, layer))
                {
                    int old = Root(groups, layer);
                    int merged = Root(groups, holder[set]);
                    groups[Math.Max(old, merged)] = Math.Min(old, merged);
                }
            }
        }

        return Enumerable.Range(0, sets.Length).GroupBy(l => Root(groups, l)).Select(g => g.ToArray());
    }

    private static int Root(int[] groups, int layer)
    {
        while (groups[layer] != layer)
        {
            layer = groups[layer];
        }

        return layer;
    }
}
