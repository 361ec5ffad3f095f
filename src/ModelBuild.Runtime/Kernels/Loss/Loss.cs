using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Losses of classifications (ONNX NegativeLogLikelihoodLoss 22).</summary>
public static class Loss
{
    /// <summary>-weight[t] * x[n, t, i] with t = target[n, i]; 0 where t is <paramref name="ignoreIndex"/>. Sums are kept in double precision.</summary>
    /// <param name="x">The logarithms of probabilities [batch, classes, inner].</param>
    /// <param name="target">The classes [batch, inner].</param>
    /// <param name="weight">One weight per class [classes], or empty for 1.</param>
    /// <param name="y">The losses [batch, inner], or one element where they are reduced.</param>
    /// <param name="batch">The elements before the classes.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="inner">The elements after the classes.</param>
    /// <param name="ignores">Whether <paramref name="ignoreIndex"/> has a meaning.</param>
    /// <param name="ignoreIndex">The target that does not count.</param>
    /// <param name="reduction">What becomes of the losses.</param>
    /// <exception cref="ArgumentOutOfRangeException">A target is no class.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void NegativeLogLikelihood<TIndex>(
        ReadOnlySpan<float> x, ReadOnlySpan<TIndex> target, ReadOnlySpan<float> weight, Span<float> y, int batch, int classes, int inner, bool ignores, long ignoreIndex, LossReduction reduction)
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        Throw.IfShorter(x.Length, (long)batch * classes * inner, nameof(x));
        Throw.IfShorter(target.Length, (long)batch * inner, nameof(target));
        Throw.IfPresentAndShorter(weight.Length, classes, nameof(weight));
        Throw.IfShorter(y.Length, reduction == LossReduction.None ? (long)batch * inner : 1, nameof(y));
        double sum = 0;
        double weights = 0;
        for (int i = 0; i < batch * inner; i++)
        {
            long index = long.CreateSaturating(target[i]);
            bool counts = !ignores || index != ignoreIndex;
            double loss = 0;
            if (counts)
            {
                if ((ulong)index >= (ulong)classes)
                {
                    Throw.OutOfRange(nameof(target), index, $"The class must be from 0 to {classes - 1}.");
                }

                double factor = weight.IsEmpty ? 1 : weight[(int)index];
                loss = -factor * x[(((i / inner * classes) + (int)index) * inner) + (i % inner)];
                weights += factor;
            }

            sum += loss;
            if (reduction == LossReduction.None)
            {
                y[i] = (float)loss;
            }
        }

        if (reduction != LossReduction.None)
        {
            y[0] = (float)(reduction == LossReduction.Mean ? sum / weights : sum);
        }
    }
}
