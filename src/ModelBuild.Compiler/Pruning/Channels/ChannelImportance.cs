using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Pruning.Channels;

/// <summary>
/// How much a set of tied channels matters: the squared L2 norm of the weights that compute it, times that of the weights that read it.
/// The product does not change when a factor moves from one layer to the next. Every layer counts alike: its norms are divided by their mean.
/// </summary>
internal static class ChannelImportance
{
    /// <summary>Importance by the set's first channel; a set that no weights read counts as if they were all 1.</summary>
    public static IReadOnlyDictionary<int, double> Measure(ChannelMap map)
    {
        Dictionary<int, double> made = [];
        Dictionary<int, double> read = [];
        foreach (ChannelSlice slice in map.Slices)
        {
            if (slice.Role != ChannelRole.Companion)
            {
                AddNorms(slice, map.Sets, slice.Role == ChannelRole.Reader ? read : made);
            }
        }

        return made.ToDictionary(m => m.Key, m => m.Value * read.GetValueOrDefault(m.Key, 1));
    }

    private static void AddNorms(ChannelSlice slice, ChannelSets sets, Dictionary<int, double> sums)
    {
        Tensor tensor = slice.Node.Input(slice.Input).Constant!;
        double[] values = tensor.ToDoubleArray();
        int inner = Ops.Axes.Product(tensor.Dims[(slice.Axis + 1)..]);
        double[] norms = new double[slice.Channels.Length];
        for (int i = 0; i < values.Length; i++)
        {
            norms[i / inner % norms.Length] += values[i] * values[i];
        }

        double mean = norms.Sum() / norms.Length;
        for (int i = 0; i < norms.Length; i++)
        {
            int set = sets.Find(slice.Channels[i]);
            sums[set] = sums.GetValueOrDefault(set) + (mean > 0 ? norms[i] / mean : 0);
        }
    }
}
