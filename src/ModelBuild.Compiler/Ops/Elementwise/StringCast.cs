using System.Globalization;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>
/// Conversions between numbers and strings (ONNX Cast 9). Floating-point numbers have 8 significant digits, in the shorter of plain and scientific notation, as in ONNX Runtime; the standard leaves it
/// open. INF, INFINITY and NaN are read in any case.
/// </summary>
internal static class StringCast
{
    /// <summary>True where strings are converted from or to the type.</summary>
    public static bool Takes(DType type) => type is DType.F32 or DType.F64 or DType.String || ElementTypes.IsInteger(type);

    /// <summary>A converted copy.</summary>
    public static Tensor Run(Node node, Tensor x, DType to)
    {
        Results.Check(node, to, x.Dims);
        if (x.DType == to)
        {
            return x;
        }

        return to == DType.String
            ? Tensor.OfStrings(x.DType == DType.U64 ? [.. x.Span<ulong>().ToArray().Select(v => v.ToString(CultureInfo.InvariantCulture))] : Texts(x), x.Dims)
            : Numbers(node, x, to);
    }

    /// <summary>Appends the conversion.</summary>
    public static void Lower(ILoweringContext context)
    {
        (Operand x, Operand y) = (context.Input(0), context.Output());
        if (x.DType == y.DType)
        {
            context.Alias(0, 0);
            return;
        }

        context.Call(y.DType == DType.String ? "Strings.Format" : "Strings.Parse", 0, ("x", x), ("y", y), ("strings", StepValue.Strings));
    }

    private static string[] Texts(Tensor x) => DTypes.IsFloat(x.DType)
        ? [.. x.ToDoubleArray().Select(v => double.IsInfinity(v) ? v < 0 ? "-INF" : "INF" : v.ToString("g8", CultureInfo.InvariantCulture))]
        : [.. x.ToInt64Array().Select(v => v.ToString(CultureInfo.InvariantCulture))];

    private static Tensor Numbers(Node node, Tensor x, DType to)
    {
        string[] texts = [.. x.ToStringArray().Select(t => t.Trim())];
        return to switch
        {
            DType.F32 => Tensor.Create<float>([.. texts.Select(t => float.Parse(Spelled(t), NumberStyles.Float, CultureInfo.InvariantCulture))], x.Dims),
            DType.F64 => Tensor.Create<double>([.. texts.Select(t => double.Parse(Spelled(t), NumberStyles.Float, CultureInfo.InvariantCulture))], x.Dims),
            DType.U64 => Tensor.Create<ulong>([.. texts.Select(t => ulong.Parse(t, NumberStyles.Integer, CultureInfo.InvariantCulture))], x.Dims),
            _ => NumericTensors.FromInt64(node, to, [.. texts.Select(t => long.Parse(t, NumberStyles.Integer, CultureInfo.InvariantCulture))], x.Dims),
        };
    }

    private static string Spelled(string text) => text.ToUpperInvariant() switch
    {
        "INF" or "+INF" or "INFINITY" or "+INFINITY" => "Infinity",
        "-INF" or "-INFINITY" => "-Infinity",
        "NAN" or "+NAN" or "-NAN" => "NaN",
        _ => text,
    };
}
