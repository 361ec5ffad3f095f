using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.MachineLearning;

/// <summary>Reads the attributes of classical models.</summary>
internal static class MachineLearningAttributes
{
    /// <summary>Numbers, or none where the attribute is absent. Those of a tensor, <c>name_as_tensor</c>, are binary64.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">Both forms are given (MDB2003).</exception>
    public static double[] Numbers(Node node, string name)
    {
        double[] floats = Floats(node, name).Select(v => (double)v).ToArray();
        double[] tensor = TensorNumbers(node, $"{name}_as_tensor");
        return floats.Length == 0 ? tensor : tensor.Length == 0 ? floats : throw NodeErrors.Invalid(node, $"has both {name} and {name}_as_tensor.");
    }

    /// <summary>Numbers of a tensor attribute, or none.</summary>
    public static double[] TensorNumbers(Node node, string name) => node.Attributes.TryGet(name, out TensorAttribute? tensor) ? tensor.Value.ToDoubleArray() : [];

    /// <summary>Numbers, or none.</summary>
    public static float[] Floats(Node node, string name) => node.Attributes.TryGet(name, out FloatsAttribute? list) ? list.Values : [];

    /// <summary>Integers, or none.</summary>
    public static long[] Ints(Node node, string name) => node.Attributes.GetInts(name) ?? [];

    /// <summary>Strings, or none.</summary>
    public static string[] Strings(Node node, string name) => node.Attributes.TryGet(name, out StringsAttribute? list) ? list.Values : [];

    /// <summary>Checks that a list is as long as it must be.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">It is not (MDB2003).</exception>
    public static T[] Sized<T>(Node node, string name, T[] values, int length) =>
        values.Length == length ? values : throw NodeErrors.Invalid(node, $"{name} has {values.Length} entries; {length} are needed.");

    /// <summary>The attribute post_transform, a name or, in TreeEnsemble, a number.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">There is no such transform (MDB2002).</exception>
    public static ScoreTransform Transform(Node node)
    {
        const string Name = "post_transform";
        if (node.Attributes.TryGet(Name, out IntAttribute? number))
        {
            return Enum.IsDefined((ScoreTransform)number.Value) ? (ScoreTransform)number.Value : throw Unknown(node, Name, $"{number.Value}");
        }

        string text = node.Attributes.GetString(Name, "NONE");
        return text switch
        {
            "NONE" => ScoreTransform.None,
            "SOFTMAX" => ScoreTransform.Softmax,
            "LOGISTIC" => ScoreTransform.Logistic,
            "SOFTMAX_ZERO" => ScoreTransform.SoftmaxZero,
            "PROBIT" => ScoreTransform.Probit,
            _ => throw Unknown(node, Name, text),
        };
    }

    /// <summary>The attribute aggregate_function, a name or, in TreeEnsemble, a number.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">There is no such function (MDB2002).</exception>
    public static TreeAggregate Aggregate(Node node)
    {
        const string Name = "aggregate_function";
        string text = node.Attributes.TryGet(Name, out IntAttribute? number)
            ? number.Value switch { 0 => "AVERAGE", 1 => "SUM", 2 => "MIN", 3 => "MAX", long other => $"{other}" }
            : node.Attributes.GetString(Name, "SUM");
        return text switch
        {
            "SUM" => TreeAggregate.Sum,
            "AVERAGE" => TreeAggregate.Average,
            "MIN" => TreeAggregate.Min,
            "MAX" => TreeAggregate.Max,
            _ => throw Unknown(node, Name, text),
        };
    }

    /// <summary>The labels of a classifier; positions where they are strings, see <see cref="ClassNames"/>.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">There are none (MDB2003).</exception>
    public static long[] ClassLabels(Node node, string integers, string strings) => Ints(node, integers) is { Length: > 0 } labels
        ? labels
        : Strings(node, strings) is { Length: > 0 } names
            ? [.. Enumerable.Range(0, names.Length).Select(i => (long)i)]
            : throw NodeErrors.Invalid(node, $"has neither {integers} nor {strings}.");

    /// <summary>The labels of a classifier that are strings, or none where they are integers.</summary>
    public static string[] ClassNames(Node node, string integers, string strings) => Ints(node, integers).Length > 0 ? [] : Strings(node, strings);

    private static Exception Unknown(Node node, string name, string value) => NodeErrors.Attribute(node, name, value, "ONNX has no such value.");
}
