using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>The last step of classical models: transforms of scores, and classes chosen from them.</summary>
public static partial class Scores
{
    private const double Winitzki = 0.147;
    private const double NearZero = 1e-7;

    /// <summary>Adds a value to each column.</summary>
    /// <param name="y">The scores [rows, columns]; changed.</param>
    /// <param name="values">One value per column.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The number of columns.</param>
    public static void Add<T>(Span<T> y, ReadOnlySpan<T> values, int rows, int columns)
        where T : unmanaged, INumber<T>
    {
        Throw.IfShorter(y.Length, (long)rows * columns, nameof(y));
        Throw.IfShorter(values.Length, columns, nameof(values));
        for (int r = 0; r < rows; r++)
        {
            for (int c = 0; c < columns; c++)
            {
                y[(r * columns) + c] += values[c];
            }
        }
    }

    /// <summary>Transforms the scores of each row. A single column is transformed by <see cref="ScoreTransform.Probit"/> only.</summary>
    /// <param name="y">The scores [rows, columns]; changed.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="transform">The transform.</param>
    public static void Transform<T>(Span<T> y, int rows, int columns, ScoreTransform transform)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Throw.IfShorter(y.Length, (long)rows * columns, nameof(y));
        for (int r = 0; r < rows; r++)
        {
            TransformRow(y.Slice(r * columns, columns), transform);
        }
    }

    /// <summary>1 / (1 + exp(-s)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Logistic<T>(T s)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T v = T.One / (T.One + T.Exp(-T.Abs(s)));
        return s < T.Zero ? T.One - v : v;
    }

    /// <summary>Two scores of which only the second is known: its counterpart stands first, and no transform but the logistic one is applied.</summary>
    internal static void Pair<T>(Span<T> row, T score, T counterpart, ScoreTransform transform)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool isLogistic = transform == ScoreTransform.Logistic;
        row[0] = isLogistic ? Logistic(-score) : counterpart;
        row[1] = isLogistic ? Logistic(score) : score;
    }

    internal static void TransformRow<T>(Span<T> row, ScoreTransform transform)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        switch (transform)
        {
            case ScoreTransform.Probit:
                foreach (ref T value in row)
                {
                    value = Probit(value);
                }

                break;
            case ScoreTransform.Logistic when row.Length > 1:
                foreach (ref T value in row)
                {
                    value = Logistic(value);
                }

                break;
            case ScoreTransform.Softmax or ScoreTransform.SoftmaxZero when row.Length > 1:
                Softmax(row, keepsZero: transform == ScoreTransform.SoftmaxZero);
                break;
        }
    }

    private static void Softmax<T>(Span<T> row, bool keepsZero)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T max = row[0];
        foreach (T value in row)
        {
            max = value > max ? value : max;
        }

        T sum = T.Zero;
        T bound = T.CreateTruncating(NearZero);
        foreach (ref T value in row)
        {
            if (keepsZero && T.Abs(value) <= bound)
            {
                value *= T.Exp(-max);
            }
            else
            {
                value = T.Exp(value - max);
                sum += value;
            }
        }

        foreach (ref T value in row)
        {
            value /= sum;
        }
    }

    private static T Probit<T>(T p)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T a = T.CreateTruncating(Winitzki);
        T z = p + p - T.One;
        T log = T.Log((T.One - z) * (T.One + z));
        T half = log / (T.One + T.One);
        T v = ((T.One + T.One) / (T.Pi * a)) + half;
        T root = T.Sqrt(T.Sqrt((v * v) - (log / a)) - v);
        return T.Sqrt(T.One + T.One) * (z < T.Zero ? -root : root);
    }
}
