using ModelBuild.Compiler.Import.Onnx.Upgrades;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.MachineLearning;

namespace ModelBuild.Compiler.Import.Onnx.Strings;

/// <summary>
/// Brings operators of classical models to the forms that are known while a model is built: maps of scores become tensors, whose columns' names are kept as <see cref="Graph.OutputLabels"/>, and
/// the operators that map categories become one.
/// </summary>
internal sealed class OnnxStrings
{
    private static readonly HashSet<string> s_keepsColumns = new(StringComparer.Ordinal) { "Identity", "Cast", "Normalizer", "Softmax", "Sigmoid" };

    private readonly Dictionary<Value, string[]> _columns = [];
    private string[]?[] _outputColumns = [];

    /// <summary>The names of a value's columns; null where it has none.</summary>
    public string[]? LabelsOf(Value value) => _columns.GetValueOrDefault(value);

    /// <summary>Rewrites a node before it is added.</summary>
    /// <returns>The node's domain, which may have become another one.</returns>
    public string Before(PendingNode node, string domain)
    {
        _outputColumns = new string[]?[Math.Max(2, node.Outputs.Count)];
        if (domain == MachineLearningOp.DomainName)
        {
            switch (node.OpType)
            {
                case "TreeEnsembleClassifier":
                    _outputColumns[1] = NamesOf(node, "classlabels_int64s");
                    return domain;
                case "LinearClassifier" or "SVMClassifier":
                    _outputColumns[1] = NamesOf(node, "classlabels_ints");
                    return domain;
                case "ZipMap":
                    _outputColumns[0] = NamesOf(node, "classlabels_int64s") ?? (node.Input(0) is { } scores ? _columns.GetValueOrDefault(scores) : null);
                    node.OpType = "Identity";
                    node.Attributes.Remove("classlabels_strings");
                    node.Attributes.Remove("classlabels_int64s");
                    return "";
                case "LabelEncoder" or "CategoryMapper":
                    LabelEncoderStrings.Unite(node);
                    return domain;
            }
        }

        _outputColumns[0] = s_keepsColumns.Contains(node.OpType) && node.Input(0) is { } x ? _columns.GetValueOrDefault(x) : null;
        return domain;
    }

    /// <summary>Tells the node's outputs apart once they are there.</summary>
    public void After(IReadOnlyList<Value?> outputs)
    {
        for (int i = 0; i < outputs.Count && i < _outputColumns.Length; i++)
        {
            if (outputs[i] is { } scores && _outputColumns[i] is { } columns)
            {
                _columns[scores] = columns;
            }
        }
    }

    private static string[]? NamesOf(PendingNode node, string integers) =>
        node.Attributes.TryGet("classlabels_strings", out StringsAttribute? names) && names.Values.Length > 0
            ? names.Values
            : node.Attributes.GetInts(integers) is { Length: > 0 } numbers ? [.. numbers.Select(n => n.ToString(System.Globalization.CultureInfo.InvariantCulture))] : null;
}
