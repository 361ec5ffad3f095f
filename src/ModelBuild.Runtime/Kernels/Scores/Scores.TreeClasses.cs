using System.Numerics;

namespace ModelBuild.Kernels;

public static partial class Scores
{
    // Probability from which the second of two classes wins where the scores are probabilities.
    private const float Half = 0.5f;

    /// <summary>
    /// Chooses classes from the sums of a tree ensemble (ONNX ai.onnx.ml TreeEnsembleClassifier 3) and transforms the sums. The standard leaves open what two classes
    /// with scores for only one of them mean; here they mean what ONNX Runtime takes them to mean.
    /// </summary>
    /// <param name="sums">The sums [rows, classes]; overwritten.</param>
    /// <param name="given">1 where a tree gave a score: [rows, classes], or [classes] for all rows alike.</param>
    /// <param name="baseValues">Values added to the sums; empty for none.</param>
    /// <param name="labels">The label of each class.</param>
    /// <param name="y">The chosen labels [rows].</param>
    /// <param name="z">The transformed scores [rows, classes].</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="scoredClass">The one of two classes to which all leaves give their scores, or -1.</param>
    /// <param name="areProbabilities">Whether no leaf gives a negative score.</param>
    /// <param name="transform">The transform.</param>
    public static void TreeClasses<T>(
        Span<T> sums,
        ReadOnlySpan<byte> given,
        ReadOnlySpan<T> baseValues,
        ReadOnlySpan<long> labels,
        Span<long> y,
        Span<float> z,
        int rows,
        int classes,
        int scoredClass,
        bool areProbabilities,
        ScoreTransform transform)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Throw.IfShorter(sums.Length, (long)rows * classes, nameof(sums));
        Throw.IfShorter(given.Length, classes, nameof(given));
        Throw.IfShorter(labels.Length, classes, nameof(labels));
        Throw.IfShorter(y.Length, rows, nameof(y));
        Throw.IfShorter(z.Length, (long)rows * classes, nameof(z));
        int stride = given.Length > classes ? classes : 0;
        for (int r = 0; r < rows; r++)
        {
            Span<T> row = sums.Slice(r * classes, classes);
            ReadOnlySpan<byte> seen = given.Slice(r * stride, classes);
            if (classes == 1)
            {
                row[0] += baseValues.Length > 0 ? baseValues[0] : T.Zero;
                y[r] = row[0] > T.Zero ? 1 : 0;
            }
            else if (scoredClass == 0 && baseValues.Length < 2)
            {
                y[r] = labels[OneScore(row, baseValues, areProbabilities, transform)];
            }
            else
            {
                int best = Largest(row, seen, baseValues);
                y[r] = labels[scoredClass == 1 && areProbabilities && baseValues.Length == 0 ? row[1] > T.CreateTruncating(Half) ? 1 : 0 : best];
                TransformRow(row, transform);
            }

            for (int c = 0; c < classes; c++)
            {
                z[(r * classes) + c] = float.CreateTruncating(row[c]);
            }
        }
    }

    // The score belongs to the second class, the first gets its counterpart.
    private static int OneScore<T>(Span<T> row, ReadOnlySpan<T> baseValues, bool areProbabilities, ScoreTransform transform)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T score = row[0] + (baseValues.Length > 0 ? baseValues[0] : T.Zero);
        Pair(row, score, areProbabilities ? T.One - score : -score, transform);
        return score > (areProbabilities ? T.CreateTruncating(Half) : T.Zero) ? 1 : 0;
    }

    private static int Largest<T>(Span<T> row, ReadOnlySpan<byte> seen, ReadOnlySpan<T> baseValues)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int best = -1;
        for (int c = 0; c < row.Length; c++)
        {
            row[c] += baseValues.Length > 0 ? baseValues[c] : T.Zero;
            if ((seen[c] != 0 || row.Length == 2 || baseValues.Length > 0) && (best < 0 || row[c] > row[best]))
            {
                best = c;
            }
        }

        return Math.Max(best, 0);
    }
}
