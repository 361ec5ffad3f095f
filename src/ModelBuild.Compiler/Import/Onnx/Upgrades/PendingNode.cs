using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Import.Onnx.Upgrades;

/// <summary>A node about to be added to a graph, which upgrades rewrite; its inputs are there already, with their types as far as they are known.</summary>
internal sealed class PendingNode(Graph graph, string name, string opType, long version, List<Value?> inputs, AttributeMap attributes, List<string> outputs)
{
    private (string OpType, Value?[] Inputs, AttributeMap Attributes)? _appended;

    /// <summary>The graph that will receive it.</summary>
    public Graph Graph { get; } = graph;

    /// <summary>The node's name.</summary>
    public string Name { get; } = name;

    /// <summary>Operator name.</summary>
    public string OpType { get; set; } = opType;

    /// <summary>Opset that gives the node its meaning.</summary>
    public long Version { get; } = version;

    /// <summary>Inputs.</summary>
    public List<Value?> Inputs { get; } = inputs;

    /// <summary>Attributes.</summary>
    public AttributeMap Attributes { get; } = attributes;

    /// <summary>Output names in the graph; empty for omitted ones.</summary>
    public List<string> Outputs { get; } = outputs;

    /// <summary>An input, or null.</summary>
    public Value? Input(int index) => index < Inputs.Count ? Inputs[index] : null;

    /// <summary>Rank of an input, or null when it is not known.</summary>
    public int? Rank(int index) => Input(index)?.Type.Shape?.Rank;

    /// <summary>Sets an input, with omitted ones before it where there are fewer.</summary>
    public void SetInput(int index, Value? value)
    {
        while (Inputs.Count <= index)
        {
            Inputs.Add(null);
        }

        Inputs[index] = value;
    }

    /// <summary>Adds a constant beside the node.</summary>
    public Value Constant(string suffix, Tensor tensor) => Graph.AddConstant($"{Name}/{suffix}", tensor);

    /// <summary>Moves integers from an attribute to an input; nothing happens where the attribute is absent.</summary>
    public void MoveInts(string attribute, int input)
    {
        if (Attributes.GetInts(attribute) is { } values)
        {
            SetInput(input, Constant(attribute, Tensor.Vector<long>(values)));
            Attributes.Remove(attribute);
        }
    }

    /// <summary>Adds a node before this one.</summary>
    public Value Before(string suffix, string operatorType, IReadOnlyList<Value?> operands, AttributeMap? operatorAttributes = null)
    {
        Node node = Graph.AddNode("", operatorType, $"{Name}/{suffix}", operands, [$"{Name}/{suffix}"], operatorAttributes);
        TypeInference.Run(node);
        return node.Output;
    }

    /// <summary>Makes the first output the result of another operator on this node's result, followed by <paramref name="others"/>.</summary>
    public void Append(string operatorType, Value?[] others, AttributeMap? operatorAttributes = null) => _appended = (operatorType, others, operatorAttributes ?? []);

    /// <summary>An error that names the attribute (MDB2002).</summary>
    public ModelBuildException Unsupported(string attribute, string hint) =>
        new(Diagnostic.At(Descriptors.UnsupportedAttribute, Name, $"Attribute {attribute} of {OpType} '{Name}' (opset {Version}) is not supported. {hint}"));

    /// <summary>Adds the node, and those appended, to the graph and infers their types.</summary>
    /// <returns>The values of <see cref="Outputs"/>.</returns>
    public IReadOnlyList<Value?> AddTo(string domain, CancellationToken cancellation)
    {
        string[] names = [.. Outputs];
        if (_appended is not null)
        {
            names[0] = $"{Name}/{OpType}";
        }

        Node node = Graph.AddNode(domain, OpType, Name, Inputs, names, Attributes);
        TypeInference.Run(node, cancellation);
        if (_appended is not { } appended)
        {
            return node.Outputs;
        }

        Node last = Graph.AddNode("", appended.OpType, $"{Name}/{appended.OpType}", [node.Outputs[0], .. appended.Inputs], [Outputs[0]], appended.Attributes);
        TypeInference.Run(last, cancellation);
        return [last.Output, .. node.Outputs.Skip(1)];
    }
}
