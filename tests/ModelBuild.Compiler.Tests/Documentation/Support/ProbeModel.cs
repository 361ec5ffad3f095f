using System.Globalization;
using Google.Protobuf;
using ModelBuild.Compiler.Import.Onnx.Wire;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Output;
using ModelBuild.Compiler.Tests.Documentation.Schemas;
using Kind = ModelBuild.Compiler.Import.Onnx.Wire.AttributeProto.Types.AttributeType;

namespace ModelBuild.Compiler.Tests.Documentation.Support;

/// <summary>Writes a probe as an ONNX model of one node in the form of one version of the operator.</summary>
internal static class ProbeModel
{
    private const long NewestIr = 13;

    // An attribute of no operator: how many outputs are wanted.
    private const string Outputs = "outputs";

    // Operands that were attributes of another name once.
    private static readonly Dictionary<string, string> s_earlierNames = new(StringComparer.OrdinalIgnoreCase) { ["pads"] = "paddings", ["constant_value"] = "value", ["repeats"] = "tiles" };

    /// <summary>The file's bytes.</summary>
    /// <param name="schema">The version whose form the node has.</param>
    /// <param name="newest">The version that the probe is written for.</param>
    /// <param name="probe">Sizes and attributes; null for an input of [2,3] each.</param>
    /// <param name="types">Element types by type variable.</param>
    public static byte[] Write(OnnxSchema schema, OnnxSchema newest, OperatorProbe? probe, IReadOnlyDictionary<string, DType> types)
    {
        NodeProto node = new() { Name = "node", OpType = schema.Name, Domain = schema.Domain };
        GraphProto graph = new() { Name = "probe" };
        newest = probe?.UpTo < newest.Version ? schema : newest;
        graph.Node.Add(node);
        IReadOnlyList<ProbeOperand?> operands = probe?.Operands ?? [.. newest.Inputs.Where(i => i.Kind != SchemaPortKind.Optional).SelectMany(i => Enumerable.Repeat(new ProbeOperand("", [2, 3], null, false), i.Kind == SchemaPortKind.Variadic ? 2 : 1))];
        bool[] used = new bool[operands.Count];
        for (int i = 0; i < Math.Max(schema.Inputs.Count, operands.Count); i++)
        {
            SchemaPort port = schema.Inputs[Math.Min(i, schema.Inputs.Count - 1)];
            int at = i < schema.Inputs.Count ? Place(schema, newest, i) : port.Kind == SchemaPortKind.Variadic ? i : -1;
            ProbeOperand? operand = at >= 0 && at < operands.Count && !used[at] ? operands[at] : null;
            if (operand is null)
            {
                node.Input.Add("");
                continue;
            }

            used[at] = true;
            string name = $"x{node.Input.Count}";
            node.Input.Add(name);
            DType type = TypeOf(operand.Type.Length > 0 ? operand.Type : port.Type, types);
            if (operand.IsConstant)
            {
                graph.Initializer.Add(OnnxWriter.TensorOf(operand.ToTensor(type), name));
            }
            else
            {
                graph.Input.Add(Info(name, type, operand.Dims));
            }
        }

        for (int i = 0; i < operands.Count; i++)
        {
            string? name = i < newest.Inputs.Count ? newest.Inputs[i].Name : null;
            string? attribute = name is null || used[i] ? null : schema.Attributes.Keys.FirstOrDefault(a => a.Equals(name, StringComparison.OrdinalIgnoreCase) || a == s_earlierNames.GetValueOrDefault(name));
            if (attribute is not null && operands[i] is { Values: { } values })
            {
                node.Attribute.Add(Attribute(attribute, schema.Attributes[attribute], string.Join(',', values.Select(v => v.ToString(CultureInfo.InvariantCulture))), types));
            }
        }

        foreach ((string name, string text) in probe?.Attributes ?? new Dictionary<string, string>())
        {
            if (schema.Attributes.TryGetValue(name, out string? kind))
            {
                node.Attribute.Add(kind == "graph" ? ProbeBody.Write(name, text, types) : Attribute(name, kind, text, types));
            }
        }

        int outputs = probe?.Attributes.TryGetValue(Outputs, out string? count) == true ? int.Parse(count, CultureInfo.InvariantCulture) : schema.Outputs.Count(o => o.Kind == SchemaPortKind.Single);
        for (int i = 0; i < Math.Max(1, outputs); i++)
        {
            node.Output.Add($"y{i}");
            graph.Output.Add(new ValueInfoProto { Name = $"y{i}" });
        }

        ModelProto model = new() { IrVersion = NewestIr, Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = schema.Domain, Version = schema.Version });
        return model.ToByteArray();
    }

    /// <summary>Element type of a variable, or of a type's name.</summary>
    public static DType TypeOf(string type, IReadOnlyDictionary<string, DType> types) => types.TryGetValue(type, out DType variable) ? variable : ElementNames.Find(type);

    /// <summary>A tensor's name, type and sizes.</summary>
    public static ValueInfoProto Info(string name, DType type, long[] dims)
    {
        TensorShapeProto shape = new();
        shape.Dim.AddRange(dims.Select(d => new TensorShapeProto.Types.Dimension { DimValue = d }));
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = shape } } };
    }

    // The operand of the newest form that an input of an older one is: by name, else by place.
    private static int Place(OnnxSchema schema, OnnxSchema newest, int index)
    {
        int Find(string name) => newest.Inputs.ToList().FindIndex(i => i.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        int named = Find(schema.Inputs[index].Name);
        bool free = index < newest.Inputs.Count && !schema.Inputs.Any(i => i.Name.Equals(newest.Inputs[index].Name, StringComparison.OrdinalIgnoreCase));
        return named >= 0 ? named : free ? index : -1;
    }

    private static AttributeProto Attribute(string name, string kind, string text, IReadOnlyDictionary<string, DType> types)
    {
        string[] values = [.. text.Split(',').Select(v => v.StartsWith('$') && types.TryGetValue(v[1..], out DType type) ? ((int)type).ToString(CultureInfo.InvariantCulture) : v)];
        AttributeProto attribute = new() { Name = name };
        switch (kind)
        {
            case "int":
                attribute.Type = Kind.Int;
                attribute.I = long.Parse(values[0], CultureInfo.InvariantCulture);
                break;
            case "float":
                attribute.Type = Kind.Float;
                attribute.F = float.Parse(values[0], CultureInfo.InvariantCulture);
                break;
            case "string":
                attribute.Type = Kind.String;

                // The first form of Cast names its type.
                attribute.S = ByteString.CopyFromUtf8(name == "to" ? ((TensorProto.Types.DataType)int.Parse(values[0], CultureInfo.InvariantCulture)).ToString().ToUpperInvariant() : text);
                break;
            case "ints":
                attribute.Type = Kind.Ints;
                attribute.Ints.AddRange(values.Select(v => long.Parse(v, CultureInfo.InvariantCulture)));
                break;
            case "floats":
                attribute.Type = Kind.Floats;
                attribute.Floats.AddRange(values.Select(v => float.Parse(v, CultureInfo.InvariantCulture)));
                break;
            case "strings":
                attribute.Type = Kind.Strings;
                attribute.Strings.AddRange(values.Select(ByteString.CopyFromUtf8));
                break;
            case "tensor":
                // Type and values: float:1,2.
                string[] parts = text.Split(':');
                attribute.Type = Kind.Tensor;
                attribute.T = OnnxWriter.TensorOf(ProbeOperand.Parse("=" + parts[1])!.ToTensor(TypeOf(parts[0].TrimStart('$'), types)), "");
                break;
            default:
                throw new NotSupportedException($"{name}: {kind}");
        }

        return attribute;
    }
}
