namespace ModelBuild.Kernels;

public static partial class Scores
{
    /// <summary>Chooses classes from the scores of a linear support vector machine and transforms the scores. For two classes a score that passes its bound chooses the second, as in ONNX Runtime.</summary>
    /// <param name="scores">The scores [rows, classes].</param>
    /// <param name="labels">The label of each class.</param>
    /// <param name="y">The chosen labels [rows].</param>
    /// <param name="z">The transformed scores [rows, classes].</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="isPositive">Whether no coefficient is negative.</param>
    /// <param name="transform">The transform.</param>
    public static void SvmClasses(ReadOnlySpan<float> scores, ReadOnlySpan<long> labels, Span<long> y, Span<float> z, int rows, int classes, bool isPositive, ScoreTransform transform)
    {
        Throw.IfShorter(scores.Length, (long)rows * classes, nameof(scores));
        Throw.IfShorter(labels.Length, classes, nameof(labels));
        Throw.IfShorter(y.Length, rows, nameof(y));
        Throw.IfShorter(z.Length, (long)rows * classes, nameof(z));
        for (int r = 0; r < rows; r++)
        {
            ReadOnlySpan<float> row = scores.Slice(r * classes, classes);
            int best = 0;
            for (int k = 1; k < classes; k++)
            {
                best = row[k] > row[best] ? k : best;
            }

            bool second = classes == 2 && (isPositive ? row[best] >= Half : row[best] > 0);
            y[r] = labels[second ? 1 : best];
            Span<float> result = z.Slice(r * classes, classes);
            row.CopyTo(result);
            TransformRow(result, transform);
        }
    }
}
