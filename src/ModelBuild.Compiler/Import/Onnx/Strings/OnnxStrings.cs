using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import.Onnx.Upgrades;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.MachineLearning;

namespace ModelBuild.Compiler.Import.Onnx.Strings;

/// <summary>
/// Takes the strings out of a model while it is built: a value that would hold strings holds int64 positions in a list of words instead, and the words of the outputs become
/// <see cref="Graph.OutputLabels"/>. Works for words that the model itself names: class labels, mapped categories and constants.
/// </summary>
internal sealed class OnnxStrings
{
    private static readonly HashSet<string> s_movers = new(StringComparer.Ordinal)
    {
        "Identity", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Gather", "Slice", "Expand", "ArrayFeatureExtractor",
    };

    private static readonly HashSet<string> s_keepsColumns = new(StringComparer.Ordinal) { "Identity", "Cast", "Normalizer", "Softmax", "Sigmoid" };

    private readonly Dictionary<Value, string[]> _words = [];
    private readonly Dictionary<Value, string[]> _columns = [];
    private string[]?[] _outputWords = [];
    private string[]?[] _outputColumns = [];

    /// <summary>Tells the words of a constant that holds positions.</summary>
    public void Add(Value value, string[] words) => _words[value] = words;

    /// <summary>The words behind an input, or null where it holds numbers.</summary>
    public string[]? WordsOf(Value? value) => value is null ? null : _words.GetValueOrDefault(value);

    /// <summary>The names of what a value holds: of its elements' values, or of its columns; null where it has none.</summary>
    public string[]? LabelsOf(Value value) => _words.GetValueOrDefault(value) ?? _columns.GetValueOrDefault(value);

    /// <summary>Rewrites a node that reads or makes strings before it is added.</summary>
    /// <returns>The node's domain, which may have become another one.</returns>
    /// <exception cref="ModelBuildException">It does with strings what cannot be done with positions (MDB3003).</exception>
    public string Before(PendingNode node, string domain)
    {
        _outputWords = new string[]?[Math.Max(2, node.Outputs.Count)];
        _outputColumns = new string[]?[_outputWords.Length];
        string[]? words = WordsOf(node.Input(0));
        if (domain == MachineLearningOp.DomainName)
        {
            switch (node.OpType)
            {
                case "TreeEnsembleClassifier":
                    Classifier(node, "classlabels_int64s");
                    return domain;
                case "LinearClassifier" or "SVMClassifier":
                    Classifier(node, "classlabels_ints");
                    return domain;
                case "ZipMap":
                    _outputColumns[0] = NamesOf(node, "classlabels_int64s") ?? (node.Input(0) is { } scores ? _columns.GetValueOrDefault(scores) : null);
                    node.OpType = "Identity";
                    node.Attributes.Remove("classlabels_strings");
                    node.Attributes.Remove("classlabels_int64s");
                    return "";
                case "LabelEncoder" or "CategoryMapper":
                    _outputWords[0] = new LabelEncoderStrings(node, words).Apply();
                    return domain;
            }
        }

        if (node.OpType == "Cast" && words is not null && node.Attributes.GetInt("to", 0) == (long)DType.String)
        {
            node.OpType = "Identity";
            node.Attributes.Remove("to");
            node.Attributes.Remove("saturate");
        }

        bool moves = s_movers.Contains(node.OpType);
        for (int i = 0; i < node.Inputs.Count; i++)
        {
            if (WordsOf(node.Input(i)) is not null && !(moves && i == 0))
            {
                throw new ModelBuildException(Diagnostic.At(
                    Descriptors.UnsupportedType, node.Name, $"{node.OpType} '{node.Name}' computes with strings, which is not supported. Export the model without its text processing, or set Runtime=\"onnxruntime\"."));
            }
        }

        _outputWords[0] = moves ? words : null;
        _outputColumns[0] = s_keepsColumns.Contains(node.OpType) && node.Input(0) is { } x ? _columns.GetValueOrDefault(x) : null;
        return domain;
    }

    /// <summary>Tells the node's outputs apart once they are there.</summary>
    public void After(IReadOnlyList<Value?> outputs)
    {
        for (int i = 0; i < outputs.Count && i < _outputWords.Length; i++)
        {
            if (outputs[i] is { } value && _outputWords[i] is { } words)
            {
                _words[value] = words;
            }

            if (outputs[i] is { } scores && _outputColumns[i] is { } columns)
            {
                _columns[scores] = columns;
            }
        }
    }

    private void Classifier(PendingNode node, string integers)
    {
        _outputColumns[1] = NamesOf(node, integers);
        if (node.Attributes.TryGet("classlabels_strings", out StringsAttribute? names) && names.Values.Length > 0)
        {
            _outputWords[0] = names.Values;
            node.Attributes.Add(integers, [.. Enumerable.Range(0, names.Values.Length).Select(i => (long)i)]);
        }

        node.Attributes.Remove("classlabels_strings");
    }

    private static string[]? NamesOf(PendingNode node, string integers) =>
        node.Attributes.TryGet("classlabels_strings", out StringsAttribute? names) && names.Values.Length > 0
            ? names.Values
            : node.Attributes.GetInts(integers) is { Length: > 0 } numbers ? [.. numbers.Select(n => n.ToString(System.Globalization.CultureInfo.InvariantCulture))] : null;
}
