using Google.Protobuf;
using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import.Onnx;
using ModelBuild.Compiler.Import.Onnx.Maps;
using ModelBuild.Compiler.Import.Onnx.Strings;
using ModelBuild.Compiler.Import.Onnx.Wire;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Output;

/// <summary>Writes graphs as standard ONNX files. Equal graphs give equal bytes.</summary>
public static class OnnxWriter
{
    // Protobuf's limit is 2 GiB; the rest is room for names, nodes and types.
    private const long MaxTensorBytes = int.MaxValue - (64L << 20);

    /// <summary>Writes one file with the weights inside.</summary>
    /// <exception cref="ModelBuildException">The graph holds operators that only the compiler knows (MDB9001), or more weights than one file can (MDB2005).</exception>
    public static void Write(Graph graph, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(stream);
        ModelProto model = ToProto(OpenSubgraphs.Apply(graph));
        using CodedOutputStream output = new(stream, leaveOpen: true);
        model.WriteTo(output);
    }

    private static ModelProto ToProto(Graph graph)
    {
        OnnxNames names = new(graph);
        ModelProto model = new()
        {
            IrVersion = IrVersionOf(graph.Opsets.GetValueOrDefault("", Graph.CanonicalOpset)),
            ProducerName = "ModelBuild",
            Graph = new GraphProto { Name = graph.Name.Length == 0 ? "graph" : graph.Name },
        };
        foreach (KeyValuePair<string, long> opset in graph.Opsets)
        {
            model.OpsetImport.Add(new OperatorSetIdProto { Domain = opset.Key, Version = opset.Value });
        }

        OnnxSourceOpset.Write(graph, model);
        OnnxLabels.Write(graph, model);
        OnnxMapKeys.Write(graph, model);
        WriteConstants(graph, names, model.Graph);
        WriteBody(graph, names, model.Graph, 0);
        return model;
    }

    private static void WriteConstants(Graph graph, OnnxNames names, GraphProto proto)
    {
        HashSet<Value> seen = [];
        long total = 0;
        foreach (Value value in graph.Nodes.SelectMany(SubgraphCaptures.ReadsOf).Concat(graph.Outputs.Select(o => o.Value)))
        {
            if (value.Constant is not { } tensor || !seen.Add(value))
            {
                continue;
            }

            total += tensor.Bytes.Length;
            if (total > MaxTensorBytes)
            {
                throw new ModelBuildException(Diagnostic.Of(Descriptors.GraphLimit, "The model has more than 2 GB of weights, which one ONNX file cannot hold."));
            }

            proto.Initializer.Add(TensorOf(tensor, names.Of(value)));
        }
    }

    private static void WriteBody(Graph graph, OnnxNames names, GraphProto proto, int depth)
    {
        foreach (Value input in graph.Inputs)
        {
            proto.Input.Add(InfoOf(names.Of(input), input.Type));
        }

        HashSet<string> outputNames = new(graph.Outputs.Select(names.Of), StringComparer.Ordinal);
        foreach (Node node in graph.Nodes)
        {
            proto.Node.Add(NodeOf(node, names, depth));
            foreach (Value output in node.Outputs.OfType<Value>())
            {
                if (output.Type is { Shape: not null, DType: not DType.Undefined } && !outputNames.Contains(names.Of(output)))
                {
                    proto.ValueInfo.Add(InfoOf(names.Of(output), output.Type));
                }
            }
        }

        foreach (GraphOutput output in graph.Outputs)
        {
            string name = names.Of(output);
            if (name != names.Of(output.Value))
            {
                NodeProto identity = new() { Name = names.UniqueNodeName(name), OpType = "Identity" };
                identity.Input.Add(names.Of(output.Value));
                identity.Output.Add(name);
                proto.Node.Add(identity);
            }

            proto.Output.Add(InfoOf(name, output.Value.Type));
        }
    }

    private static NodeProto NodeOf(Node node, OnnxNames names, int depth)
    {
        if (node.Domain == InternalDomain.Name)
        {
            throw new ModelBuildException(Diagnostic.At(Descriptors.InternalError, node.Name, $"'{node.Name}' ({node.OpType}) exists inside the compiler only and cannot be written as ONNX."));
        }

        NodeProto proto = new() { Name = node.Name, OpType = node.OpType };
        if (node.Domain.Length > 0)
        {
            proto.Domain = node.Domain;
        }

        proto.Input.AddRange(node.Inputs.Select(i => i is null ? "" : names.Of(i)));
        proto.Output.AddRange(node.Outputs.Select(o => o is null ? "" : names.Of(o)));
        foreach (KeyValuePair<string, AttributeValue> pair in node.Attributes.Where(a => !a.Key.StartsWith(InternalDomain.AttributePrefix, StringComparison.Ordinal)))
        {
            proto.Attribute.Add(AttributeOf(pair.Key, pair.Value, node, names, depth));
        }

        return proto;
    }

    private static AttributeProto AttributeOf(string name, AttributeValue value, Node node, OnnxNames names, int depth)
    {
        AttributeProto proto = new() { Name = name };
        switch (value)
        {
            case IntAttribute a:
                proto.Type = AttributeProto.Types.AttributeType.Int;
                proto.I = a.Value;
                break;
            case FloatAttribute a:
                proto.Type = AttributeProto.Types.AttributeType.Float;
                proto.F = a.Value;
                break;
            case StringAttribute a:
                proto.Type = AttributeProto.Types.AttributeType.String;
                proto.S = ByteString.CopyFromUtf8(a.Value);
                break;
            case TensorAttribute a:
                proto.Type = AttributeProto.Types.AttributeType.Tensor;
                proto.T = TensorOf(a.Value, "");
                break;
            case IntsAttribute a:
                proto.Type = AttributeProto.Types.AttributeType.Ints;
                proto.Ints.AddRange(a.Values);
                break;
            case FloatsAttribute a:
                proto.Type = AttributeProto.Types.AttributeType.Floats;
                proto.Floats.AddRange(a.Values);
                break;
            case StringsAttribute a:
                proto.Type = AttributeProto.Types.AttributeType.Strings;
                proto.Strings.AddRange(a.Values.Select(ByteString.CopyFromUtf8));
                break;
            case GraphAttribute a:
                if (depth == TypeInference.MaxSubgraphDepth)
                {
                    throw NodeErrors.Limit(node, $"subgraphs are nested more than {TypeInference.MaxSubgraphDepth} deep.");
                }

                proto.Type = AttributeProto.Types.AttributeType.Graph;
                proto.G = new GraphProto { Name = a.Value.Name.Length == 0 ? name : a.Value.Name };
                WriteBody(a.Value, names.Enter(a.Value), proto.G, depth + 1);
                break;
            default:
                throw NodeErrors.Invalid(node, $"attribute '{name}' has no ONNX form.");
        }

        return proto;
    }

    private static ValueInfoProto InfoOf(string name, TensorType type)
    {
        ValueInfoProto info = new() { Name = name };
        if (type.DType == DType.Undefined)
        {
            return info;
        }

        TypeProto.Types.Tensor tensor = new() { ElemType = (int)type.DType };
        if (type.Shape is { } shape)
        {
            tensor.Shape = new TensorShapeProto();
            foreach (Dim dim in shape)
            {
                tensor.Shape.Dim.Add(dim switch
                {
                    { IsKnown: true } => new TensorShapeProto.Types.Dimension { DimValue = dim.Value },
                    { IsSymbolic: true } => new TensorShapeProto.Types.Dimension { DimParam = dim.Symbol },
                    _ => new TensorShapeProto.Types.Dimension(),
                });
            }
        }

        info.Type = new TypeProto { TensorType = tensor };
        return info;
    }

    internal static TensorProto TensorOf(Tensor tensor, string name)
    {
        TensorProto proto = new() { DataType = (int)tensor.DType };
        if (tensor.DType == DType.String)
        {
            proto.StringData.AddRange(tensor.ToStringArray().Select(ByteString.CopyFromUtf8));
        }
        else
        {
            proto.RawData = RawOf(tensor);
        }

        if (name.Length > 0)
        {
            proto.Name = name;
        }

        foreach (long dim in tensor.Dims)
        {
            proto.Dims.Add(dim);
        }

        return proto;
    }

    // Elements of 4 and 2 bits share bytes, the first in the low bits.
    private static ByteString RawOf(Tensor tensor)
    {
        int bits = DTypes.PackedBits(tensor.DType);
        if (bits == 0)
        {
            return UnsafeByteOperations.UnsafeWrap(tensor.Memory);
        }

        int perByte = 8 / bits;
        byte[] packed = new byte[(tensor.Count + perByte - 1) / perByte];
        for (int i = 0; i < tensor.Count; i++)
        {
            packed[i / perByte] |= (byte)((tensor.Bytes[i] & ((1 << bits) - 1)) << (i % perByte * bits));
        }

        return UnsafeByteOperations.UnsafeWrap(packed);
    }

    private static long IrVersionOf(long opset) => opset switch
    {
        <= 22 => 10,
        <= 24 => 11,
        25 => 12,
        _ => 13,
    };
}
