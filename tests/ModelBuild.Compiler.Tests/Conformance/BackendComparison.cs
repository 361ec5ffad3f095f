using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Conformance;

/// <summary>Compares as the runner of the ONNX backend tests does: same types and shapes, numbers within tolerance, NaN equal to NaN.</summary>
internal static class BackendComparison
{
    /// <summary>Relative to the stored value; the default of <c>load_model_tests</c> in onnx/backend/test/loader and of the node cases in onnx/backend/test/case/node.</summary>
    public const double RelativeTolerance = 1e-3;

    /// <summary>Absolute, from the same source.</summary>
    public const double AbsoluteTolerance = 1e-7;

    /// <summary>What differs first, or null.</summary>
    public static string? Difference(IReadOnlyList<Tensor> expected, IReadOnlyList<Tensor> actual)
    {
        if (expected.Count != actual.Count)
        {
            return $"{actual.Count} outputs instead of {expected.Count}";
        }

        for (int i = 0; i < expected.Count; i++)
        {
            if (!expected[i].Type.Equals(actual[i].Type))
            {
                return $"output {i} is {actual[i].Type} instead of {expected[i].Type}";
            }

            string? difference = DTypes.IsFloat(expected[i].DType) ? DifferenceOfFloats(expected[i].ToDoubleArray(), actual[i].ToDoubleArray()) : DifferenceOfIntegers(expected[i], actual[i]);
            if (difference is not null)
            {
                return $"output {i}, {difference}";
            }
        }

        return null;
    }

    private static string? DifferenceOfFloats(double[] expected, double[] actual)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            double e = expected[i];
            double a = actual[i];
            bool equal = double.IsFinite(e) && double.IsFinite(a) ? Math.Abs(a - e) <= AbsoluteTolerance + (RelativeTolerance * Math.Abs(e)) : e.Equals(a);
            if (!equal)
            {
                return $"element {i}: {a} instead of {e}";
            }
        }

        return null;
    }

    // The bytes of integers and booleans are compared as they are: the relative tolerance would let large ones pass.
    private static string? DifferenceOfIntegers(Tensor expected, Tensor actual)
    {
        int at = expected.Bytes.CommonPrefixLength(actual.Bytes);
        int element = at / DTypes.SizeOf(expected.DType);
        return at == expected.Bytes.Length ? null : $"element {element} of {expected.DType} differs";
    }
}
