using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Pruning.Channels;

/// <summary>Follows a channel axis through a reshape by matching runs of input axes to runs of output axes of the same size.</summary>
internal static class ReshapedAxis
{
    /// <summary>The channel axis of the output, or null when the channels are split over several axes or sizes are not known.</summary>
    public static ChannelAxis? Find(ChannelAxis x, Shape from, Shape to)
    {
        int i = 0;
        int j = 0;
        while (i < from.Rank && j < to.Rank)
        {
            int iEnd = i + 1;
            int jEnd = j + 1;
            if (from[i].IsUnknown || from[i] != to[j])
            {
                if (!from[i].IsKnown || !to[j].IsKnown || Match(from, to, ref iEnd, ref jEnd, from[i].Value, to[j].Value) is false)
                {
                    return null;
                }
            }

            if (x.Axis >= i && x.Axis < iEnd)
            {
                return Merge(x, from, to, i, iEnd, j, jEnd);
            }

            i = iEnd;
            j = jEnd;
        }

        return null;
    }

    private static bool Match(Shape from, Shape to, ref int iEnd, ref int jEnd, long a, long b)
    {
        while (a != b)
        {
            bool left = a < b;
            Shape shape = left ? from : to;
            int index = left ? iEnd++ : jEnd++;
            if (index >= shape.Rank || !shape[index].IsKnown)
            {
                return false;
            }

            (a, b) = left ? (a * shape[index].Value, b) : (a, b * shape[index].Value);
        }

        return true;
    }

    private static ChannelAxis? Merge(ChannelAxis x, Shape from, Shape to, int i, int iEnd, int j, int jEnd)
    {
        int[] wide = [.. Enumerable.Range(j, jEnd - j).Where(k => jEnd - j == 1 || to[k] != new Dim(1))];
        if (wide.Length != 1)
        {
            return null;
        }

        long outer = from.Skip(i).Take(x.Axis - i).Aggregate(1L, (p, d) => p * d.Value);
        long inner = from.Skip(x.Axis + 1).Take(iEnd - x.Axis - 1).Aggregate(1L, (p, d) => p * d.Value);
        int[] channels = new int[outer * x.Channels.Length * inner];
        for (int p = 0; p < channels.Length; p++)
        {
            channels[p] = x.Channels[(int)(p / inner % x.Channels.Length)];
        }

        return new ChannelAxis(wide[0], channels);
    }
}
