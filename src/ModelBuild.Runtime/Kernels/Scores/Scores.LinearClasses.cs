namespace ModelBuild.Kernels;

public static partial class Scores
{
    /// <summary>Chooses classes from the scores of a linear model (ONNX ai.onnx.ml LinearClassifier 1) and transforms the scores.</summary>
    /// <param name="scores">The scores [rows, targets].</param>
    /// <param name="labels">The label of each class; two where there is one target, of which the second is that of positive scores.</param>
    /// <param name="y">The chosen labels [rows].</param>
    /// <param name="z">The transformed scores [rows, columns].</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="targets">The number of targets.</param>
    /// <param name="columns">The columns of <paramref name="z"/>: the targets, or 2 where one target has two classes.</param>
    /// <param name="transform">The transform.</param>
    public static void LinearClasses(ReadOnlySpan<float> scores, ReadOnlySpan<long> labels, Span<long> y, Span<float> z, int rows, int targets, int columns, ScoreTransform transform)
    {
        Throw.IfShorter(scores.Length, (long)rows * targets, nameof(scores));
        Throw.IfShorter(labels.Length, Math.Max(targets, 2), nameof(labels));
        Throw.IfShorter(y.Length, rows, nameof(y));
        Throw.IfShorter(z.Length, (long)rows * columns, nameof(z));
        for (int r = 0; r < rows; r++)
        {
            ReadOnlySpan<float> row = scores.Slice(r * targets, targets);
            Span<float> result = z.Slice(r * columns, columns);
            int best = targets == 1 && row[0] > 0 ? 1 : 0;
            for (int k = 1; k < targets; k++)
            {
                best = row[k] > row[best] ? k : best;
            }

            y[r] = labels[best];
            if (columns > targets)
            {
                Pair(result, row[0], 1 - row[0], transform);
            }
            else
            {
                row.CopyTo(result);
                TransformRow(result, transform);
            }
        }
    }
}
