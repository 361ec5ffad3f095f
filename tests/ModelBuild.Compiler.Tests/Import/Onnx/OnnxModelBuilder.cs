using System.Runtime.InteropServices;
using Google.Protobuf;
using ModelBuild.Compiler.Import.Onnx;
using ModelBuild.Compiler.Import.Onnx.Wire;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using Kind = ModelBuild.Compiler.Import.Onnx.Wire.AttributeProto.Types.AttributeType;

namespace ModelBuild.Compiler.Tests.Import.Onnx;

/// <summary>Makes small models for tests; anything it has no method for is set on <see cref="Model"/>.</summary>
internal sealed class OnnxModelBuilder
{
    public OnnxModelBuilder(long opset = 21)
    {
        Model = new ModelProto { IrVersion = 8, Graph = new GraphProto { Name = "test" } };
        Model.OpsetImport.Add(new OperatorSetIdProto { Version = opset });
    }

    public ModelProto Model { get; }

    /// <summary>Relu over a [1,4] input, then Add of a constant: y = max(x, 0) + w.</summary>
    public static OnnxModelBuilder Small() => new OnnxModelBuilder()
        .Input("x", 1, 4)
        .Initializer("w", [1, 4], 1f, 2f, 3f, 4f)
        .Node("Relu", ["x"], ["h"])
        .Node("Add", ["h", "w"], ["y"])
        .Output("y");

    public static AttributeProto Int(string name, long value) => new() { Name = name, Type = Kind.Int, I = value };

    public static AttributeProto Float(string name, float value) => new() { Name = name, Type = Kind.Float, F = value };

    public static AttributeProto String(string name, string value) => new() { Name = name, Type = Kind.String, S = ByteString.CopyFromUtf8(value) };

    public static AttributeProto Ints(string name, params long[] values)
    {
        AttributeProto attribute = new() { Name = name, Type = Kind.Ints };
        attribute.Ints.AddRange(values);
        return attribute;
    }

    public static AttributeProto Floats(string name, params float[] values)
    {
        AttributeProto attribute = new() { Name = name, Type = Kind.Floats };
        attribute.Floats.AddRange(values);
        return attribute;
    }

    public static AttributeProto Subgraph(string name, GraphProto graph) => new() { Name = name, Type = Kind.Graph, G = graph };

    public static NodeProto NewNode(string opType, string[] inputs, string[] outputs, params AttributeProto[] attributes)
    {
        NodeProto node = new() { OpType = opType };
        node.Input.AddRange(inputs);
        node.Output.AddRange(outputs);
        node.Attribute.AddRange(attributes);
        return node;
    }

    public OnnxModelBuilder Input(string name, params long[] dims)
    {
        TypeProto.Types.Tensor tensor = new() { ElemType = 1, Shape = new TensorShapeProto() };
        foreach (long dim in dims)
        {
            tensor.Shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = dim });
        }

        Model.Graph.Input.Add(new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } });
        return this;
    }

    public OnnxModelBuilder Output(string name)
    {
        Model.Graph.Output.Add(new ValueInfoProto { Name = name });
        return this;
    }

    public OnnxModelBuilder Initializer(string name, long[] dims, params float[] values)
    {
        TensorProto tensor = new() { Name = name, DataType = 1, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan())) };
        tensor.Dims.AddRange(dims);
        return Initializer(tensor);
    }

    public OnnxModelBuilder Initializer(TensorProto tensor)
    {
        Model.Graph.Initializer.Add(tensor);
        return this;
    }

    public OnnxModelBuilder Node(string opType, string[] inputs, string[] outputs, params AttributeProto[] attributes)
    {
        Model.Graph.Node.Add(NewNode(opType, inputs, outputs, attributes));
        return this;
    }

    public byte[] ToBytes() => Model.ToByteArray();

    public Graph Import() => Import(ToBytes());

    public static Graph Import(byte[] bytes, string? folder = null)
    {
        using MemoryStream stream = new(bytes);
        return new OnnxImporter(Operators.Set).Import(stream, "test.onnx", folder);
    }
}
