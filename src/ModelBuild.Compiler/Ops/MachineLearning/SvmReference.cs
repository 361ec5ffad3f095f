using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.MachineLearning;

/// <summary>Classes of support vector machines in reference evaluation.</summary>
internal static class SvmReference
{
    /// <summary>Label and scores of a linear machine.</summary>
    public static (long Label, double[] Scores) ClassifyLinear(SvmClassifier.Model model, double[] scores)
    {
        double max = scores.Max();
        int best = Array.IndexOf(scores, max);
        bool second = scores.Length == 2 && (model.IsPositive ? max >= 0.5 : max > 0);
        return (model.Labels[second ? 1 : best], ScoreReference.Transform(scores, model.Transform));
    }

    /// <summary>Label and scores from one row's comparisons with the support vectors.</summary>
    public static (long Label, double[] Scores) Classify(SvmClassifier.Model model, double[] compared)
    {
        int classes = model.Labels.Length;
        double[] pairs = new double[model.Pairs];
        int[] votes = new int[classes];
        int pair = 0;
        for (int i = 0; i < classes; i++)
        {
            for (int j = i + 1; j < classes; j++, pair++)
            {
                double sum = model.Rho[pair];
                for (int v = i == 0 ? 0 : model.Ends[i - 1]; v < model.Ends[i]; v++)
                {
                    sum += compared[v] * model.Coefficients[((j - 1) * compared.Length) + v];
                }

                for (int v = model.Ends[j - 1]; v < model.Ends[j]; v++)
                {
                    sum += compared[v] * model.Coefficients[(i * compared.Length) + v];
                }

                pairs[pair] = sum;
                votes[sum > 0 ? i : j]++;
            }
        }

        long label = model.Labels[Array.IndexOf(votes, votes.Max())];
        if (model.ProbA.Length > 0)
        {
            return (label, ScoreReference.Transform(Couple(model, pairs), model.Transform));
        }

        return (label, classes == 2 ? ScoreReference.Pair(pairs[0], model.Transform == ScoreTransform.None ? -pairs[0] : 1 - pairs[0], model.Transform) : ScoreReference.Transform(pairs, model.Transform));
    }

    // Probabilities of classes from those of pairs: the second method of Wu, Lin and Weng (2004), with the bounds of LIBSVM.
    private static double[] Couple(SvmClassifier.Model model, double[] pairs)
    {
        int k = model.Labels.Length;
        double[,] r = new double[k, k];
        int pair = 0;
        for (int i = 0; i < k; i++)
        {
            for (int j = i + 1; j < k; j++, pair++)
            {
                r[i, j] = Math.Clamp(1 - ScoreReference.Logistic((pairs[pair] * model.ProbA[pair]) + model.ProbB[pair]), 1e-7, 1 - 1e-7);
                r[j, i] = 1 - r[i, j];
            }
        }

        double[,] q = new double[k, k];
        for (int i = 0; i < k; i++)
        {
            for (int j = 0; j < k; j++)
            {
                if (i != j)
                {
                    q[i, i] += r[j, i] * r[j, i];
                    q[i, j] = -r[j, i] * r[i, j];
                }
            }
        }

        double[] p = [.. Enumerable.Repeat(1.0 / k, k)];
        for (int step = 0; step < 100; step++)
        {
            double[] qp = [.. Enumerable.Range(0, k).Select(i => Enumerable.Range(0, k).Sum(j => q[i, j] * p[j]))];
            double total = Enumerable.Range(0, k).Sum(i => p[i] * qp[i]);
            if (qp.Max(v => Math.Abs(v - total)) < 0.005 / k)
            {
                break;
            }

            for (int i = 0; i < k; i++)
            {
                double change = (total - qp[i]) / q[i, i];
                p[i] += change;
                total = (total + (change * ((change * q[i, i]) + (2 * qp[i])))) / ((1 + change) * (1 + change));
                for (int j = 0; j < k; j++)
                {
                    qp[j] = (qp[j] + (change * q[i, j])) / (1 + change);
                    p[j] /= 1 + change;
                }
            }
        }

        return p;
    }
}
