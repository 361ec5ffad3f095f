using System.Numerics;

namespace ModelBuild.Kernels;

/// <summary>Preparation of features for classical models (ONNX ai.onnx.ml).</summary>
public static class Features
{
    /// <summary>Subtracts and multiplies (ONNX ai.onnx.ml Scaler 1).</summary>
    /// <param name="x">The rows [rows, features].</param>
    /// <param name="offset">What is subtracted from each feature first, or from all.</param>
    /// <param name="scale">What each feature, or all, is multiplied by then.</param>
    /// <param name="y">The result.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="features">The number of columns.</param>
    public static void Scale(ReadOnlySpan<float> x, ReadOnlySpan<float> offset, ReadOnlySpan<float> scale, Span<float> y, int rows, int features)
    {
        Throw.IfShorter(x.Length, (long)rows * features, nameof(x));
        Throw.IfShorter(y.Length, (long)rows * features, nameof(y));
        for (int r = 0; r < rows; r++)
        {
            for (int f = 0; f < features; f++)
            {
                int at = (r * features) + f;
                y[at] = (x[at] - offset[offset.Length == 1 ? 0 : f]) * scale[scale.Length == 1 ? 0 : f];
            }
        }
    }

    /// <summary>Divides each row by its norm; a row whose norm is 0 stays (ONNX ai.onnx.ml Normalizer 1).</summary>
    /// <param name="x">The rows [rows, features].</param>
    /// <param name="y">The result.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="features">The number of columns.</param>
    /// <param name="norm">The norm.</param>
    public static void Normalize(ReadOnlySpan<float> x, Span<float> y, int rows, int features, RowNorm norm)
    {
        Throw.IfShorter(x.Length, (long)rows * features, nameof(x));
        Throw.IfShorter(y.Length, (long)rows * features, nameof(y));
        for (int r = 0; r < rows; r++)
        {
            ReadOnlySpan<float> row = x.Slice(r * features, features);
            float length = norm == RowNorm.Max ? float.MinValue : 0;
            foreach (float value in row)
            {
                length = norm switch
                {
                    RowNorm.Max => Math.Max(length, value),
                    RowNorm.L1 => length + Math.Abs(value),
                    _ => length + (value * value),
                };
            }

            length = norm == RowNorm.L2 ? MathF.Sqrt(length) : length;
            for (int f = 0; f < features; f++)
            {
                y[(r * features) + f] = length == 0 ? row[f] : row[f] / length;
            }
        }
    }

    /// <summary>Replaces one value (ONNX ai.onnx.ml Imputer 1).</summary>
    /// <param name="x">The rows [rows, features].</param>
    /// <param name="replaced">The value that is replaced; NaN stands for every NaN.</param>
    /// <param name="imputed">What replaces it in each feature, or in all.</param>
    /// <param name="y">The result.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="features">The number of columns.</param>
    public static void Impute<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> replaced, ReadOnlySpan<T> imputed, Span<T> y, int rows, int features)
        where T : unmanaged, INumber<T>
    {
        Throw.IfShorter(x.Length, (long)rows * features, nameof(x));
        Throw.IfShorter(y.Length, (long)rows * features, nameof(y));
        T value = replaced[0];
        bool isNaN = T.IsNaN(value);
        for (int r = 0; r < rows; r++)
        {
            for (int f = 0; f < features; f++)
            {
                int at = (r * features) + f;
                y[at] = x[at] == value || (isNaN && T.IsNaN(x[at])) ? imputed[imputed.Length == 1 ? 0 : f] : x[at];
            }
        }
    }

    /// <summary>1 for elements above the threshold, 0 for others (ONNX ai.onnx.ml Binarizer 1).</summary>
    /// <param name="x">The operand.</param>
    /// <param name="y">The result.</param>
    /// <param name="threshold">The threshold.</param>
    public static void Binarize<T>(ReadOnlySpan<T> x, Span<T> y, float threshold)
        where T : unmanaged, INumber<T>
    {
        Throw.IfShorter(x.Length, y.Length, nameof(x));
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = double.CreateTruncating(x[i]) > threshold ? T.One : T.Zero;
        }
    }

    /// <summary>Looks each element up in a list of keys (ONNX ai.onnx.ml LabelEncoder 4).</summary>
    /// <param name="x">The operand.</param>
    /// <param name="keys">The keys in rising order; NaN, where it is one of them, stands first.</param>
    /// <param name="values">The value of each key, and last the value of all other elements.</param>
    /// <param name="y">The result.</param>
    public static void Map<TKey, TValue>(ReadOnlySpan<TKey> x, ReadOnlySpan<TKey> keys, ReadOnlySpan<TValue> values, Span<TValue> y)
        where TKey : unmanaged, INumber<TKey>
        where TValue : unmanaged
    {
        Throw.IfShorter(x.Length, y.Length, nameof(x));
        Throw.IfShorter(values.Length, (long)keys.Length + 1, nameof(values));
        for (int i = 0; i < y.Length; i++)
        {
            // CompareTo orders NaN before all numbers and takes NaN as equal to NaN.
            int at = keys.BinarySearch(x[i]);
            y[i] = values[at < 0 ? keys.Length : at];
        }
    }

    /// <summary>One column per category with 1 where an element is that category (ONNX ai.onnx.ml OneHotEncoder 1).</summary>
    /// <param name="x">The operand.</param>
    /// <param name="categories">The categories.</param>
    /// <param name="y">The result, one row of columns per element.</param>
    /// <param name="allowsOthers">Whether an element may be none of them and gives a row of zeros.</param>
    /// <exception cref="ArgumentException">An element is none of the categories and must be one.</exception>
    public static void OneHot<T>(ReadOnlySpan<T> x, ReadOnlySpan<long> categories, Span<float> y, bool allowsOthers)
        where T : unmanaged, INumber<T>
    {
        int count = categories.Length;
        Throw.IfShorter(y.Length, (long)x.Length * count, nameof(y));
        y.Clear();
        for (int i = 0; i < x.Length; i++)
        {
            int at = categories.IndexOf(long.CreateSaturating(x[i]));
            if (at >= 0)
            {
                y[(i * count) + at] = 1;
            }
            else if (!allowsOthers)
            {
                Throw.Argument($"Element {i} is {x[i]}, which is none of the model's categories.", nameof(x));
            }
        }
    }

    /// <summary>Copies columns beside others (ONNX ai.onnx.ml FeatureVectorizer 1).</summary>
    /// <param name="x">The rows [rows, features].</param>
    /// <param name="y">The wider rows [rows, width].</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="features">The columns of <paramref name="x"/>; those beyond <paramref name="length"/> are left out.</param>
    /// <param name="offset">The first column of <paramref name="y"/> that is written.</param>
    /// <param name="length">The number of columns that are written, zeros where <paramref name="x"/> has none.</param>
    /// <param name="width">The columns of <paramref name="y"/>.</param>
    public static void Place<T>(ReadOnlySpan<T> x, Span<float> y, int rows, int features, int offset, int length, int width)
        where T : unmanaged, INumber<T>
    {
        Throw.IfShorter(x.Length, (long)rows * features, nameof(x));
        Throw.IfShorter(y.Length, (long)rows * width, nameof(y));
        for (int r = 0; r < rows; r++)
        {
            for (int f = 0; f < length; f++)
            {
                y[(r * width) + offset + f] = f < features ? float.CreateTruncating(x[(r * features) + f]) : 0;
            }
        }
    }
}
