using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.MachineLearning;

/// <summary>Scores in reference evaluation.</summary>
internal static class ScoreReference
{
    /// <summary>Transformed scores of one row; a single one is transformed by PROBIT only, as in ONNX Runtime.</summary>
    public static double[] Transform(double[] row, ScoreTransform transform)
    {
        if (transform == ScoreTransform.Probit)
        {
            return [.. row.Select(Probit)];
        }

        if (row.Length < 2 || transform == ScoreTransform.None)
        {
            return row;
        }

        if (transform == ScoreTransform.Logistic)
        {
            return [.. row.Select(Logistic)];
        }

        // SOFTMAX_ZERO leaves scores of 0 out; the standard gives no bound, runtimes take 1e-7.
        double max = row.Max();
        bool[] counts = [.. row.Select(s => transform == ScoreTransform.Softmax || Math.Abs(s) > 1e-7)];
        double sum = row.Where((_, i) => counts[i]).Sum(s => Math.Exp(s - max));
        return [.. row.Select((s, i) => (counts[i] ? Math.Exp(s - max) : s * Math.Exp(-max)) / sum)];
    }

    /// <summary>The class that a tree ensemble chooses and the scores of all classes. What the standard leaves open for two classes is decided as in ONNX Runtime.</summary>
    /// <param name="sums">The sum of each class.</param>
    /// <param name="given">Whether a tree gave a score to it.</param>
    /// <param name="baseValues">One per class, one for two classes, or none.</param>
    /// <param name="scoredClass">The one of two classes to which all leaves give their scores, or -1.</param>
    /// <param name="areProbabilities">Whether no leaf gives a negative score.</param>
    public static (int Index, double[] Scores) TreeClass(double[] sums, bool[] given, double[] baseValues, int scoredClass, bool areProbabilities, ScoreTransform transform)
    {
        double bound = areProbabilities ? 0.5 : 0;
        if (sums.Length == 1)
        {
            double score = sums[0] + baseValues.Sum();
            return (score > 0 ? 1 : 0, [score]);
        }

        if (scoredClass == 0 && baseValues.Length < 2)
        {
            double only = sums[0] + baseValues.Sum();
            return (only > bound ? 1 : 0, Pair(only, areProbabilities ? 1 - only : -only, transform));
        }

        double[] scores = [.. sums.Select((s, i) => s + (baseValues.Length > 0 ? baseValues[i] : 0))];
        int[] known = [.. Enumerable.Range(0, scores.Length).Where(i => given[i] || scores.Length == 2 || baseValues.Length > 0)];
        int index = known.Length == 0 ? 0 : known.MaxBy(i => scores[i]);
        return (scoredClass == 1 && baseValues.Length == 0 ? scores[1] > bound ? 1 : 0 : index, Transform(scores, transform));
    }

    /// <summary>Two scores of which only the second is known: its counterpart stands first, and no transform but the logistic one is applied.</summary>
    public static double[] Pair(double score, double counterpart, ScoreTransform transform) =>
        transform == ScoreTransform.Logistic ? [Logistic(-score), Logistic(score)] : [counterpart, score];

    /// <summary>1 / (1 + exp(-s)).</summary>
    public static double Logistic(double s) => 1 / (1 + Math.Exp(-s));

    /// <summary>Winitzki's approximation of the quantile of the normal distribution.</summary>
    private static double Probit(double p)
    {
        const double A = 0.147;
        double z = (2 * p) - 1;
        double log = Math.Log((1 - z) * (1 + z));
        double v = (2 / (Math.PI * A)) + (log / 2);
        return Math.Sqrt(2) * Math.Sign(z) * Math.Sqrt(Math.Sqrt((v * v) - (log / A)) - v);
    }
}
