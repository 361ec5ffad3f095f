using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Import.Onnx;

/// <summary>The tensor of a Constant node.</summary>
internal static class OnnxConstant
{
    /// <summary>Reads whichever of the value attributes is given.</summary>
    /// <exception cref="ModelBuildException">None or several are given (MDB2003).</exception>
    public static Tensor Read(AttributeMap attributes, string node)
    {
        List<KeyValuePair<string, AttributeValue>> values = [.. attributes.Where(a => a.Key is "value" or "sparse_value" || a.Key.StartsWith("value_", StringComparison.Ordinal))];
        if (values.Count != 1)
        {
            throw new ModelBuildException(Diagnostic.At(Descriptors.InvalidNode, node, $"Constant '{node}' has {values.Count} values; one is needed."));
        }

        return values[0].Value switch
        {
            TensorAttribute a => a.Value,
            FloatAttribute a => Tensor.Scalar(a.Value),
            IntAttribute a => Tensor.Scalar(a.Value),
            FloatsAttribute a => Tensor.Vector<float>(a.Values),
            IntsAttribute a => Tensor.Vector<long>(a.Values),
            StringAttribute a => Tensor.OfStrings([a.Value]),
            StringsAttribute a => Tensor.OfStrings(a.Values, a.Values.Length),
            AttributeValue other => throw new ModelBuildException(Diagnostic.At(Descriptors.InvalidNode, node, $"Constant '{node}' holds a {other.GetType().Name}.")),
        };
    }
}
