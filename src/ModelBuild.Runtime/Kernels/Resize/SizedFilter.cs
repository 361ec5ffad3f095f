using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>The filters of a resampled axis whose weights are found out in the call.</summary>
internal static class SizedFilter
{
    /// <summary>The elements around one of the result, as the first of them and their number, and their weights; those outside of the operand count for the outermost ones. None where there is no room for their weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static (int First, int Count) Weigh(in SizedAxis axis, int i, Span<float> weights, double a, bool excludeOutside, bool antialias)
    {
        bool isLinear = double.IsNaN(a);
        double position = axis.Position(i);
        double stretch = antialias ? Math.Min(1, axis.Scale) : 1;
        double reach = (isLinear ? 1 : 2) / stretch;
        double last = axis.Input - 1;
        double begin = Math.Floor(position - reach) + 1;
        double end = begin + Math.Ceiling(2 * reach) - 1;
        int first = (int)Math.Clamp(begin, 0, last);
        int count = (int)Math.Clamp(end, 0, last) - first + 1;
        if (count > weights.Length)
        {
            return (0, 0);
        }

        Span<float> taps = weights[..count];
        taps.Clear();
        double sum = 0;
        for (double k = excludeOutside ? Math.Max(begin, 0) : begin; k <= (excludeOutside ? Math.Min(end, last) : end); k++)
        {
            double weight = Weight(Math.Abs(position - k) * stretch, a, isLinear);
            sum += weight;
            taps[(int)Math.Clamp(k, 0, last) - first] += (float)weight;
        }

        if ((excludeOutside || antialias) && sum != 0)
        {
            foreach (ref float tap in taps)
            {
                tap = (float)(tap / sum);
            }
        }

        return (first, count);
    }

    private static double Weight(double d, double a, bool isLinear)
    {
        if (isLinear)
        {
            return Math.Max(0, 1 - d);
        }

        return d <= 1 ? ((((a + 2) * d) - (a + 3)) * d * d) + 1 : d < 2 ? ((((a * d) - (5 * a)) * d) + (8 * a)) * d - (4 * a) : 0;
    }
}
