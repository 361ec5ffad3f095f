namespace ModelBuild.Compiler.Ir;

/// <summary>An edge of the graph: a tensor that is produced once, by a node, as a graph input, or as a constant.</summary>
public sealed class Value
{
    private readonly List<Node> _consumers = [];

    internal Value(string name, TensorType type)
    {
        Name = name;
        Type = type;
    }

    /// <summary>Name, unique in its graph.</summary>
    public string Name { get; internal set; }

    /// <summary>Element type and shape as far as they are known.</summary>
    public TensorType Type { get; set; }

    /// <summary>The node that produces it; null for graph inputs and constants.</summary>
    public Node? Producer { get; internal set; }

    /// <summary>The constant it holds, or null. A constant has no producer.</summary>
    public Tensor? Constant { get; internal set; }

    /// <summary>Nodes that read it, one entry per use: a node that reads it twice stands there twice.</summary>
    public IReadOnlyList<Node> Consumers => _consumers;

    /// <summary>True when the value is a constant.</summary>
    public bool IsConstant => Constant is not null;

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Type}";

    internal void AddConsumer(Node node) => _consumers.Add(node);

    internal void RemoveConsumer(Node node) => _consumers.Remove(node);
}
