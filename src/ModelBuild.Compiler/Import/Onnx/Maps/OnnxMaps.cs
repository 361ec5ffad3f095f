using System.Globalization;
using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import.Onnx.Upgrades;
using ModelBuild.Compiler.Import.Onnx.Wire;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.MachineLearning;

namespace ModelBuild.Compiler.Import.Onnx.Maps;

/// <summary>
/// Inputs that are maps. All that a model can do with one is to lay its values out by a DictVectorizer or a CastMap; the input becomes these values, the node falls away or becomes a Cast, and the keys are kept as
/// <see cref="Graph.InputKeys"/>.
/// </summary>
internal sealed class OnnxMaps
{
    private const int MaxKeys = 1_000_000;
    private const string Vectorizer = "DictVectorizer";
    private const string Caster = "CastMap";

    private readonly Dictionary<Value, MapReader> _readers = [];

    /// <summary>Operators of ai.onnx.ml that read maps.</summary>
    public static IReadOnlySet<string> Operators { get; } = new HashSet<string>(StringComparer.Ordinal) { Caster, Vectorizer };

    /// <summary>Adds the values of a map as an input.</summary>
    /// <exception cref="ModelBuildException">Nothing reads the map, or nodes read it in different ways (MDB3003), or one contradicts its operator's definition (MDB2003).</exception>
    public Value AddInput(Graph graph, ValueInfoProto input, IReadOnlyList<NodeProto> nodes, HashSet<string> symbols)
    {
        TypeProto.Types.Map map = input.Type.MapType;
        NodeProto[] readers = [.. nodes.Where(n => IsReader(n) && n.Input.Contains(input.Name))];
        int number = map.ValueType?.ValueCase == TypeProto.ValueOneofCase.TensorType ? map.ValueType.TensorType.ElemType : 0;
        if (readers.Length == 0 || OnnxTypes.ElementType(number) is not { } type || (DType)map.KeyType is not (DType.String or DType.I64))
        {
            throw Unsupported($"Input '{input.Name}' is a map from {OnnxTypes.NameOf(map.KeyType)} to {OnnxTypes.NameOf(number)} that no DictVectorizer or CastMap reads. Export the model with a tensor as its input.");
        }

        MapReader[] ways = [.. readers.Select(n => WayOf(n, (DType)map.KeyType, type)).Distinct()];
        if (ways.Length > 1)
        {
            throw Unsupported($"Input '{input.Name}' is a map whose values '{readers[0].Output[0]}' and other nodes lay out in different ways. Export the model with an input for each.");
        }

        Dim width = ways[0].Width is { } fixedWidth ? fixedWidth : new Dim(FreshSymbol($"{input.Name}_count", symbols));
        Value value = graph.AddInput(input.Name, new TensorType(type, new Shape(1, width)));
        _readers.Add(value, ways[0]);
        if (ways[0].Keys is { } keys)
        {
            graph.InputKeys.Add(input.Name, keys);
        }

        return value;
    }

    /// <summary>Rewrites a node that reads a map.</summary>
    /// <returns>The node's domain, which may have become another one.</returns>
    /// <exception cref="ModelBuildException">The node takes no map (MDB2003).</exception>
    public string Before(PendingNode node, string domain)
    {
        if (_readers.Count == 0 || node.Inputs.Find(i => i is not null && _readers.ContainsKey(i)) is not { } map)
        {
            return domain;
        }

        if (domain != MachineLearningOp.DomainName || !Operators.Contains(node.OpType))
        {
            throw OnnxErrors.InvalidNode(node.Name, $"{node.OpType} '{node.Name}' reads '{map.Name}', which is a map.");
        }

        DType type = _readers[map].Result;
        node.OpType = type == map.Type.DType ? "Identity" : "Cast";
        foreach (string attribute in node.Attributes.Select(a => a.Key).ToArray())
        {
            node.Attributes.Remove(attribute);
        }

        if (node.OpType == "Cast")
        {
            node.Attributes["to"] = new IntAttribute((long)type);
        }

        return "";
    }

    private static bool IsReader(NodeProto node) => OnnxReader.NormalizeDomain(node.Domain) == MachineLearningOp.DomainName && Operators.Contains(node.OpType);

    private static MapReader WayOf(NodeProto node, DType key, DType type)
    {
        string name = OnnxNodeOrder.NameOf(node);
        return node.OpType == Vectorizer ? VectorizerOf(node, name, key, type) : CasterOf(node, name, key, type);
    }

    private static MapReader VectorizerOf(NodeProto node, string name, DType key, DType type)
    {
        string[] words = [.. node.Attribute.Where(a => a.Name == "string_vocabulary").SelectMany(a => a.Strings).Select(s => s.ToStringUtf8())];
        long[] numbers = [.. node.Attribute.Where(a => a.Name == "int64_vocabulary").SelectMany(a => a.Ints)];
        if ((words.Length > 0) == (numbers.Length > 0) || (words.Length > 0) != (key == DType.String))
        {
            throw OnnxErrors.InvalidNode(name, $"{Vectorizer} '{name}' needs one vocabulary, of {(key == DType.String ? "strings" : "integers")} as the keys of its map are.");
        }

        string[] names = words.Length > 0 ? words : [.. numbers.Select(n => n.ToString(CultureInfo.InvariantCulture))];
        HashSet<string> seen = new(StringComparer.Ordinal);
        if (Array.Find(names, n => !seen.Add(n)) is { } twice)
        {
            throw OnnxErrors.InvalidNode(name, $"{Vectorizer} '{name}' has the key '{twice}' twice.");
        }

        CheckCount(names.Length, name);
        return new MapReader(names.Length, type, new InputKeys(words.Length > 0 ? InputKeyKind.Words : InputKeyKind.Numbers, names, ""));
    }

    private static MapReader CasterOf(NodeProto node, string name, DType key, DType type)
    {
        DType result = TextOf(node, "cast_to", "TO_FLOAT") switch
        {
            "TO_FLOAT" => DType.F32,
            "TO_INT64" => DType.I64,
            "TO_STRING" => DType.String,
            string other => throw OnnxErrors.InvalidNode(name, $"{Caster} '{name}' has cast_to \"{other}\"."),
        };
        if (key != DType.I64 || type is not (DType.F32 or DType.String))
        {
            throw OnnxErrors.InvalidNode(name, $"{Caster} '{name}' reads a map from integers to strings or float32 only.");
        }

        if (result == DType.String && type != DType.String)
        {
            throw new ModelBuildException(Diagnostic.At(Descriptors.UnsupportedAttribute, name, $"Attribute cast_to=TO_STRING of {Caster} '{name}' is not supported for numbers. Export the model with strings or without the {Caster}."));
        }

        string form = TextOf(node, "map_form", "DENSE");
        if (form == "DENSE")
        {
            return new MapReader(null, result, null);
        }

        long width = node.Attribute.FirstOrDefault(a => a.Name == "max_map")?.I ?? 1;
        if (form != "SPARSE" || width < 1)
        {
            throw OnnxErrors.InvalidNode(name, $"{Caster} '{name}' has map_form \"{form}\" and max_map {width}.");
        }

        CheckCount(width, name);

        // What ONNX Runtime puts where the map has nothing.
        return new MapReader(width, result, new InputKeys(InputKeyKind.Positions, [], result == DType.String ? "0.f" : "0"));
    }

    private static void CheckCount(long count, string name)
    {
        if (count > MaxKeys)
        {
            throw new ModelBuildException(Diagnostic.At(Descriptors.GraphLimit, name, $"'{name}' lays out {count} values of a map; at most {MaxKeys} are supported."));
        }
    }

    private static string TextOf(NodeProto node, string attribute, string otherwise) => node.Attribute.FirstOrDefault(a => a.Name == attribute)?.S.ToStringUtf8() ?? otherwise;

    private static string FreshSymbol(string symbol, HashSet<string> symbols)
    {
        while (!symbols.Add(symbol))
        {
            symbol += "_";
        }

        return symbol;
    }

    private static ModelBuildException Unsupported(string message) => new(Diagnostic.Of(Descriptors.UnsupportedType, message));
}
