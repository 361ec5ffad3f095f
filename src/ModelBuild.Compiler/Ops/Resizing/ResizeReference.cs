using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.Resizing;

/// <summary>Resampling in binary64, one axis after another.</summary>
internal static class ResizeReference
{
    /// <summary>Picks the nearest element of each position, for elements of any type.</summary>
    public static Tensor Nearest(EvaluationContext context, Tensor x, ResizeAxis[] axes, ResizeOptions options)
    {
        long[] dims = [.. axes.Select(a => (long)a.Output)];
        Tensor y = Results.Allocate(context.Node, x.DType, dims);
        int[] dense = StridedIndex.Dense(x.Dims);
        long[][] offsets = [.. axes.Select((a, axis) => Enumerable.Range(0, a.Output).Select(o => (long)Round(a.Position(options.Transformation, o), a.Input, options.Nearest) * dense[axis]).ToArray())];
        StridedIndex index = new(dims);
        for (int i = 0; i < y.Count; i++, index.MoveNext())
        {
            long source = 0;
            for (int axis = 0; axis < axes.Length; axis++)
            {
                source += offsets[axis][index.Axis(axis)];
            }

            Elements.Copy(x, source, y, i);
        }

        return y;
    }

    /// <summary>Weights the elements around each position, along one axis after another.</summary>
    public static double[] Interpolate(double[] x, ResizeAxis[] axes, ResizeOptions options, CancellationToken cancellation)
    {
        long[] dims = [.. axes.Select(a => (long)a.Input)];
        for (int axis = 0; axis < axes.Length; axis++)
        {
            cancellation.ThrowIfCancellationRequested();
            ResizeAxis a = axes[axis];
            if (!a.IsIdentity(options.Transformation))
            {
                (int outer, int length, int inner) = Axes.Split(dims, axis);
                x = Along(x, outer, length, inner, a, options);
                dims[axis] = a.Output;
            }
        }

        return x;
    }

    private static double[] Along(double[] x, int outer, int length, int inner, ResizeAxis axis, ResizeOptions options)
    {
        double[] y = new double[outer * axis.Output * inner];
        for (int p = 0; p < axis.Output; p++)
        {
            double position = axis.Position(options.Transformation, p);
            double stretch = options.Antialias ? Math.Min(1, axis.Scale) : 1;
            double reach = options.Taps / 2 / stretch;
            int first = (int)Math.Floor(position - reach) + 1;
            double[] weights = [.. Enumerable.Range(0, (int)Math.Ceiling(2 * reach)).Select(k => Weight((position - (first + k)) * stretch, options))];
            if (options.ExcludeOutside)
            {
                weights = [.. weights.Select((w, k) => first + k >= 0 && first + k < length ? w : 0)];
            }

            if (options.ExcludeOutside || options.Antialias)
            {
                double sum = weights.Sum();
                weights = [.. weights.Select(w => w / sum)];
            }

            for (int o = 0; o < outer; o++)
            {
                for (int k = 0; k < weights.Length; k++)
                {
                    int source = ((o * length) + Math.Clamp(first + k, 0, length - 1)) * inner;
                    int target = ((o * axis.Output) + p) * inner;
                    for (int i = 0; i < inner; i++)
                    {
                        y[target + i] += weights[k] * x[source + i];
                    }
                }
            }
        }

        return y;
    }

    /// <summary>Weight of an element at a distance: the hat function, or Keys' cubic convolution.</summary>
    private static double Weight(double distance, ResizeOptions options)
    {
        double d = Math.Abs(distance);
        if (options.Taps == 2)
        {
            return Math.Max(0, 1 - d);
        }

        double a = options.CubicA;
        return d <= 1 ? ((a + 2) * d * d * d) - ((a + 3) * d * d) + 1 : d < 2 ? a * ((d * d * d) - (5 * d * d) + (8 * d) - 4) : 0;
    }

    private static int Round(double position, int length, NearestMode mode)
    {
        double floor = Math.Floor(position);
        double fraction = position - floor;
        bool up = mode switch
        {
            NearestMode.RoundPreferFloor => fraction > 0.5,
            NearestMode.RoundPreferCeil => fraction >= 0.5,
            NearestMode.Ceil => fraction > 0,
            _ => false,
        };
        return (int)Math.Clamp(floor + (up ? 1 : 0), 0, length - 1);
    }
}
