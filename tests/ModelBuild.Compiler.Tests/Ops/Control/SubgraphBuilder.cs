using ModelBuild.Compiler.Import.Onnx.Wire;
using ModelBuild.Compiler.Tests.Import.Onnx;

namespace ModelBuild.Compiler.Tests.Ops.Control;

/// <summary>Makes bodies of If, Loop and Scan.</summary>
internal sealed class SubgraphBuilder
{
    private readonly GraphProto _graph = new() { Name = "body" };

    /// <summary>Declares an input.</summary>
    /// <param name="elementType">Number of the element type in ONNX.</param>
    public SubgraphBuilder Input(string name, int elementType = 1, params long[] dims)
    {
        _graph.Input.Add(Info(name, elementType, dims));
        return this;
    }

    /// <summary>Appends a node.</summary>
    public SubgraphBuilder Node(string op, string[] inputs, string[] outputs, params AttributeProto[] attributes)
    {
        _graph.Node.Add(OnnxModelBuilder.NewNode(op, inputs, outputs, attributes));
        return this;
    }

    /// <summary>Declares an output.</summary>
    public SubgraphBuilder Output(string name, int elementType = 1, params long[] dims)
    {
        _graph.Output.Add(Info(name, elementType, dims));
        return this;
    }

    /// <summary>Declares a binary32 input and says nothing of its shape.</summary>
    public SubgraphBuilder InputOfAnyShape(string name)
    {
        _graph.Input.Add(AnyShape(name));
        return this;
    }

    /// <summary>Declares a binary32 output and says nothing of its shape.</summary>
    public SubgraphBuilder OutputOfAnyShape(string name)
    {
        _graph.Output.Add(AnyShape(name));
        return this;
    }

    /// <summary>The body as an attribute.</summary>
    public AttributeProto As(string attribute) => OnnxModelBuilder.Subgraph(attribute, _graph);

    /// <summary>A name with a type.</summary>
    public static ValueInfoProto Info(string name, int elementType, params long[] dims)
    {
        TypeProto.Types.Tensor tensor = new() { ElemType = elementType, Shape = new TensorShapeProto() };
        tensor.Shape.Dim.AddRange(dims.Select(d => new TensorShapeProto.Types.Dimension { DimValue = d }));
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }

    private static ValueInfoProto AnyShape(string name) => new() { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = 1 } } };
}
