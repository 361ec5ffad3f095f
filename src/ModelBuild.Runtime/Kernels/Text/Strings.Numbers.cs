using System.Globalization;
using System.Numerics;

namespace ModelBuild.Kernels;

public static partial class Strings
{
    /// <summary>Writes numbers as text (ONNX Cast 9). The standard leaves the digits open; these are those of ONNX Runtime: 8 significant ones in the shorter of plain and scientific notation.</summary>
    /// <param name="x">The numbers.</param>
    /// <param name="y">Their texts.</param>
    /// <param name="strings">The call's strings.</param>
    public static void Format<T>(ReadOnlySpan<T> x, Span<int> y, StringTable strings)
        where T : unmanaged, INumber<T>
    {
        ArgumentNullException.ThrowIfNull(strings);
        Throw.IfShorter(x.Length, y.Length, nameof(x));
        string? format = typeof(T) == typeof(float) || typeof(T) == typeof(double) ? "g8" : null;
        for (int i = 0; i < y.Length; i++)
        {
            T value = x[i];
            y[i] = strings.Add(T.IsInfinity(value) ? T.IsNegative(value) ? "-INF" : "INF" : T.IsNaN(value) ? "NaN" : value.ToString(format, CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Reads numbers from text (ONNX Cast 9): decimal or scientific notation, INF, INFINITY and NaN in any case.</summary>
    /// <param name="x">The texts.</param>
    /// <param name="y">Their numbers.</param>
    /// <param name="strings">The call's strings.</param>
    /// <exception cref="ArgumentException">A text is no number of the type.</exception>
    public static void Parse<T>(ReadOnlySpan<int> x, Span<T> y, StringTable strings)
        where T : unmanaged, INumber<T>
    {
        ArgumentNullException.ThrowIfNull(strings);
        Throw.IfShorter(x.Length, y.Length, nameof(x));
        bool isFloat = typeof(T) == typeof(float) || typeof(T) == typeof(double);
        NumberStyles style = isFloat ? NumberStyles.Float : NumberStyles.Integer;
        for (int i = 0; i < y.Length; i++)
        {
            ReadOnlySpan<char> text = strings[x[i]].AsSpan().Trim();
            if (isFloat && Infinite(text) is { } special)
            {
                y[i] = T.CreateTruncating(special);
            }
            else if (!T.TryParse(text, style, CultureInfo.InvariantCulture, out y[i]))
            {
                Throw.Argument($"Element {i} is '{strings[x[i]]}', which is no number of type {typeof(T).Name}.", nameof(x));
            }
        }
    }

    private static float? Infinite(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<char> name = text.TrimStart("+-");
        bool isInfinite = name.Equals("inf", StringComparison.OrdinalIgnoreCase) || name.Equals("infinity", StringComparison.OrdinalIgnoreCase);
        return isInfinite ? text[0] == '-' ? float.NegativeInfinity : float.PositiveInfinity : name.Equals("nan", StringComparison.OrdinalIgnoreCase) ? float.NaN : null;
    }
}
