using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Passes;

/// <summary>Small expressions of one value as the coefficients of a polynomial, so that it does not matter how an exporter spelled them.</summary>
internal static class PolynomialOf
{
    private const int MaxDegree = 3;

    /// <summary>More nodes than any spelling of a cubic has; bounds the depth of the recursion too.</summary>
    private const int MaxNodes = 12;

    /// <summary>The coefficients c0 to c3 of an expression of sums, differences, products and powers of <paramref name="x"/> and scalars; null for any other.</summary>
    public static double[]? Match(Value expression, Value x)
    {
        int nodes = 0;
        return Expand(expression, x, ref nodes);
    }

    /// <summary>True where all coefficients agree within a part of the wanted ones.</summary>
    public static bool Is(double[]? actual, double tolerance, params ReadOnlySpan<double> wanted)
    {
        if (actual is null)
        {
            return false;
        }

        for (int i = 0; i <= MaxDegree; i++)
        {
            double expected = i < wanted.Length ? wanted[i] : 0;
            if (!(Math.Abs(actual[i] - expected) <= tolerance * Math.Abs(expected)))
            {
                return false;
            }
        }

        return true;
    }

    private static double[]? Expand(Value value, Value x, ref int nodes)
    {
        if (value == x)
        {
            return [0, 1, 0, 0];
        }

        if (value.Constant is { Count: 1, DType: DType.F32 } scalar)
        {
            return [scalar.Span<float>()[0], 0, 0, 0];
        }

        bool known = value.Producer is { Domain: "", OpType: "Add" or "Sub" or "Mul" or "Div" or "Pow", Inputs.Count: 2 };
        if (!known || ++nodes > MaxNodes || Expand(value.Producer!.Input(0), x, ref nodes) is not { } a || Expand(value.Producer.Input(1), x, ref nodes) is not { } b)
        {
            return null;
        }

        bool byScalar = b[1] == 0 && b[2] == 0 && b[3] == 0;
        return value.Producer.OpType switch
        {
            "Add" => [.. a.Zip(b, static (l, r) => l + r)],
            "Sub" => [.. a.Zip(b, static (l, r) => l - r)],
            "Mul" => Product(a, b),
            "Div" when byScalar && b[0] != 0 => [.. a.Select(c => c / b[0])],
            "Pow" when byScalar && b[0] == 2 => Product(a, a),
            "Pow" when byScalar && b[0] == 3 && Product(a, a) is { } square => Product(square, a),
            _ => null,
        };
    }

    private static double[]? Product(double[] a, double[] b)
    {
        double[] product = new double[MaxDegree + 1];
        for (int i = 0; i <= MaxDegree; i++)
        {
            for (int j = 0; j <= MaxDegree; j++)
            {
                if (a[i] == 0 || b[j] == 0)
                {
                    continue;
                }

                if (i + j > MaxDegree)
                {
                    return null;
                }

                product[i + j] += a[i] * b[j];
            }
        }

        return product;
    }
}
