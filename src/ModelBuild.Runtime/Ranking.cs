using System.Numerics;

namespace ModelBuild;

/// <summary>Turns a model's scores into ranked labels.</summary>
public static class Ranking
{
    /// <summary>Fills <paramref name="destination"/> with the best labels, highest first; equal scores in the order of their index, NaN last.</summary>
    /// <param name="scores">One score per label.</param>
    /// <param name="labels">Class names; as many as <paramref name="scores"/>.</param>
    /// <param name="areProbabilities">True to report the scores as they are, false to report their softmax.</param>
    /// <param name="destination">Receives at most as many labels as there are.</param>
    /// <returns>The number of labels written.</returns>
    /// <exception cref="ArgumentException">There are not as many labels as scores.</exception>
    public static int TopK(ReadOnlySpan<float> scores, ReadOnlySpan<string> labels, bool areProbabilities, Span<LabelScore> destination) =>
        TopK<float>(scores, labels, areProbabilities, destination);

    /// <inheritdoc cref="TopK(ReadOnlySpan{float}, ReadOnlySpan{string}, bool, Span{LabelScore})"/>
    public static int TopK(ReadOnlySpan<double> scores, ReadOnlySpan<string> labels, bool areProbabilities, Span<LabelScore> destination) =>
        TopK<double>(scores, labels, areProbabilities, destination);

    /// <inheritdoc cref="TopK(ReadOnlySpan{float}, ReadOnlySpan{string}, bool, Span{LabelScore})"/>
    public static int TopK(ReadOnlySpan<Half> scores, ReadOnlySpan<string> labels, bool areProbabilities, Span<LabelScore> destination) =>
        TopK<Half>(scores, labels, areProbabilities, destination);

    private static int TopK<T>(ReadOnlySpan<T> scores, ReadOnlySpan<string> labels, bool areProbabilities, Span<LabelScore> destination)
        where T : unmanaged, INumberBase<T>
    {
        PredictorGuard.Exact(labels.Length, scores.Length, nameof(labels));
        int count = Math.Min(scores.Length, destination.Length);
        int filled = 0;
        double max = double.NegativeInfinity;
        for (int i = 0; i < scores.Length; i++)
        {
            float score = float.CreateTruncating(scores[i]);
            max = Math.Max(max, double.IsNaN(score) ? max : score);
            if (count == 0 || (filled == count && !IsBetter(score, destination[filled - 1].Score)))
            {
                continue;
            }

            // Insertion from the end: the list is short, and most elements stop at its last place.
            int place = filled < count ? filled++ : count - 1;
            for (; place > 0 && IsBetter(score, destination[place - 1].Score); place--)
            {
                destination[place] = destination[place - 1];
            }

            destination[place] = new LabelScore(labels[i], score, i);
        }

        if (!areProbabilities)
        {
            double sum = 0;
            foreach (T score in scores)
            {
                sum += Math.Exp(double.CreateTruncating(score) - max);
            }

            foreach (ref LabelScore item in destination[..filled])
            {
                item = item with { Score = (float)(Math.Exp(item.Score - max) / sum) };
            }
        }

        return filled;
    }

    private static bool IsBetter(float score, float other) => score > other || (float.IsNaN(other) && !float.IsNaN(score));
}
