namespace ModelBuild.Kernels;

/// <summary>Support vector machines (ONNX ai.onnx.ml SVMRegressor 1 and SVMClassifier 1).</summary>
public static class SupportVectors
{
    // Probabilities are kept this far from 0 and 1 before they are coupled, as in LIBSVM.
    private const float LeastProbability = 1e-7f;
    private const float CouplingTolerance = 0.005f;
    private const int MaxCouplingSteps = 100;

    /// <summary>Compares each row with each support vector.</summary>
    /// <param name="x">The rows [rows, features].</param>
    /// <param name="vectors">The support vectors [count, features].</param>
    /// <param name="y">The comparisons [rows, count].</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="features">The number of columns.</param>
    /// <param name="count">The number of support vectors.</param>
    /// <param name="kernel">The comparison.</param>
    /// <param name="gamma">Factor of products and distances.</param>
    /// <param name="offset">The constant of polynomial and sigmoid.</param>
    /// <param name="degree">The power of the polynomial.</param>
    public static void Compare(ReadOnlySpan<float> x, ReadOnlySpan<float> vectors, Span<float> y, int rows, int features, int count, SupportVectorKernel kernel, float gamma, float offset, float degree)
    {
        Throw.IfShorter(x.Length, (long)rows * features, nameof(x));
        Throw.IfShorter(vectors.Length, (long)count * features, nameof(vectors));
        Throw.IfShorter(y.Length, (long)rows * count, nameof(y));
        for (int r = 0; r < rows; r++)
        {
            ReadOnlySpan<float> row = x.Slice(r * features, features);
            for (int v = 0; v < count; v++)
            {
                ReadOnlySpan<float> vector = vectors.Slice(v * features, features);
                y[(r * count) + v] = kernel switch
                {
                    SupportVectorKernel.Linear => RowProducts.Dot(row, vector),
                    SupportVectorKernel.Polynomial => MathF.Pow((gamma * RowProducts.Dot(row, vector)) + offset, degree),
                    SupportVectorKernel.Radial => MathF.Exp(-gamma * RowProducts.SquaredDistance(row, vector)),
                    _ => MathF.Tanh((gamma * RowProducts.Dot(row, vector)) + offset),
                };
            }
        }
    }

    /// <summary>1 for positive scores, -1 for others.</summary>
    /// <param name="y">The scores; changed.</param>
    public static void Side(Span<float> y)
    {
        foreach (ref float value in y)
        {
            value = value > 0 ? 1 : -1;
        }
    }

    /// <summary>Scores of one class against another, for each pair of classes.</summary>
    /// <param name="compared">The comparisons with the support vectors, which lie class by class [rows, count].</param>
    /// <param name="coefficients">For each class but one a weight of each support vector [classes - 1, count].</param>
    /// <param name="offsets">One value per pair that is added.</param>
    /// <param name="ends">For each class the number of support vectors up to and with its own.</param>
    /// <param name="y">The scores [rows, pairs]; positive where the first class wins.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="count">The number of support vectors.</param>
    public static void Pairs(ReadOnlySpan<float> compared, ReadOnlySpan<float> coefficients, ReadOnlySpan<float> offsets, ReadOnlySpan<int> ends, Span<float> y, int rows, int count)
    {
        int classes = ends.Length;
        int pairs = classes * (classes - 1) / 2;
        Throw.IfShorter(compared.Length, (long)rows * count, nameof(compared));
        Throw.IfShorter(coefficients.Length, (long)(classes - 1) * count, nameof(coefficients));
        Throw.IfShorter(y.Length, (long)rows * pairs, nameof(y));
        for (int r = 0; r < rows; r++)
        {
            ReadOnlySpan<float> row = compared.Slice(r * count, count);
            int pair = 0;
            for (int i = 0; i < classes - 1; i++)
            {
                (int start, int end) = (i == 0 ? 0 : ends[i - 1], ends[i]);
                for (int j = i + 1; j < classes; j++, pair++)
                {
                    float first = RowProducts.Dot(row[start..end], coefficients.Slice(((j - 1) * count) + start, end - start));
                    float second = RowProducts.Dot(row[ends[j - 1]..ends[j]], coefficients.Slice((i * count) + ends[j - 1], ends[j] - ends[j - 1]));
                    y[(r * pairs) + pair] = first + second + offsets[pair];
                }
            }
        }
    }

    /// <summary>Chooses the class that wins most pairs, and transforms the scores or the probabilities that are made of them.</summary>
    /// <param name="pairs">The scores of the pairs [rows, pairs].</param>
    /// <param name="factors">Factor of each pair's score in its probability; empty where there are no probabilities.</param>
    /// <param name="offsets">What is added to it.</param>
    /// <param name="labels">The label of each class.</param>
    /// <param name="work">Room for 2 classes * classes + classes numbers; empty where there are no probabilities.</param>
    /// <param name="y">The chosen labels [rows].</param>
    /// <param name="z">Probabilities [rows, classes], scores [rows, pairs], or [rows, 2] for one pair.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The columns of <paramref name="z"/>.</param>
    /// <param name="transform">The transform.</param>
    public static void Classes(
        ReadOnlySpan<float> pairs, ReadOnlySpan<float> factors, ReadOnlySpan<float> offsets, ReadOnlySpan<long> labels, Span<float> work, Span<long> y, Span<float> z, int rows, int columns, ScoreTransform transform)
    {
        int classes = labels.Length;
        int count = classes * (classes - 1) / 2;
        Throw.IfShorter(pairs.Length, (long)rows * count, nameof(pairs));
        Throw.IfShorter(y.Length, rows, nameof(y));
        Throw.IfShorter(z.Length, (long)rows * columns, nameof(z));
        for (int r = 0; r < rows; r++)
        {
            ReadOnlySpan<float> row = pairs.Slice(r * count, count);
            Span<float> result = z.Slice(r * columns, columns);
            y[r] = labels[Winner(row, classes)];
            if (factors.Length > 0)
            {
                Couple(row, factors, offsets, result, work);
                Scores.TransformRow(result, transform);
            }
            else if (classes == 2)
            {
                Scores.Pair(result, row[0], transform == ScoreTransform.None ? -row[0] : 1 - row[0], transform);
            }
            else
            {
                row.CopyTo(result);
                Scores.TransformRow(result, transform);
            }
        }
    }

    // Pairs are few: each class counts its own.
    private static int Winner(ReadOnlySpan<float> row, int classes)
    {
        int best = 0;
        int most = -1;
        for (int c = 0; c < classes; c++)
        {
            int won = 0;
            int pair = 0;
            for (int i = 0; i < classes - 1; i++)
            {
                for (int j = i + 1; j < classes; j++, pair++)
                {
                    won += c == (row[pair] > 0 ? i : j) ? 1 : 0;
                }
            }

            (best, most) = won > most ? (c, won) : (best, most);
        }

        return best;
    }

    // Probabilities of classes from those of pairs: the second method of Wu, Lin and Weng (2004).
    private static void Couple(ReadOnlySpan<float> row, ReadOnlySpan<float> factors, ReadOnlySpan<float> offsets, Span<float> p, Span<float> work)
    {
        int k = p.Length;
        Span<float> r = work[..(k * k)];
        Span<float> q = work.Slice(k * k, k * k);
        Span<float> qp = work.Slice(2 * k * k, k);
        int pair = 0;
        for (int i = 0; i < k - 1; i++)
        {
            for (int j = i + 1; j < k; j++, pair++)
            {
                float wins = Math.Clamp(1 - Scores.Logistic((row[pair] * factors[pair]) + offsets[pair]), LeastProbability, 1 - LeastProbability);
                r[(i * k) + j] = wins;
                r[(j * k) + i] = 1 - wins;
            }
        }

        for (int i = 0; i < k; i++)
        {
            p[i] = 1f / k;
            q[(i * k) + i] = 0;
            for (int j = 0; j < k; j++)
            {
                if (j != i)
                {
                    q[(i * k) + i] += r[(j * k) + i] * r[(j * k) + i];
                    q[(i * k) + j] = -r[(j * k) + i] * r[(i * k) + j];
                }
            }
        }

        for (int step = 0; step < MaxCouplingSteps; step++)
        {
            float total = 0;
            for (int i = 0; i < k; i++)
            {
                qp[i] = 0;
                for (int j = 0; j < k; j++)
                {
                    qp[i] += q[(i * k) + j] * p[j];
                }

                total += p[i] * qp[i];
            }

            float error = 0;
            for (int i = 0; i < k; i++)
            {
                error = Math.Max(error, Math.Abs(qp[i] - total));
            }

            if (error < CouplingTolerance / k)
            {
                break;
            }

            for (int i = 0; i < k; i++)
            {
                float change = (total - qp[i]) / q[(i * k) + i];
                p[i] += change;
                total = (total + (change * ((change * q[(i * k) + i]) + (2 * qp[i])))) / (1 + change) / (1 + change);
                for (int j = 0; j < k; j++)
                {
                    qp[j] = (qp[j] + (change * q[(i * k) + j])) / (1 + change);
                    p[j] /= 1 + change;
                }
            }
        }
    }
}
