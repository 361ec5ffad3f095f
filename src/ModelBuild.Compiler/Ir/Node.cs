namespace ModelBuild.Compiler.Ir;

/// <summary>One application of an operator.</summary>
public sealed class Node
{
    private readonly List<Value?> _inputs = [];
    private readonly List<Value?> _outputs = [];

    internal Node(Graph graph, string name, string domain, string opType, Op? op, AttributeMap attributes)
    {
        Graph = graph;
        Name = name;
        Domain = domain;
        OpType = opType;
        Op = op;
        Attributes = attributes;
    }

    /// <summary>The graph it stands in.</summary>
    public Graph Graph { get; }

    /// <summary>Name, unique in its graph. A fused node keeps the name of its main part.</summary>
    public string Name { get; internal set; }

    /// <summary>Operator domain; empty for ai.onnx.</summary>
    public string Domain { get; }

    /// <summary>Operator name.</summary>
    public string OpType { get; }

    /// <summary>The operator's definition, or null when it is not known to the compiler.</summary>
    public Op? Op { get; }

    /// <summary>Attributes as the operator's definition names them.</summary>
    public AttributeMap Attributes { get; }

    /// <summary>Inputs; null where an optional one is omitted.</summary>
    public IReadOnlyList<Value?> Inputs => _inputs;

    /// <summary>Outputs; null where an optional one is not wanted.</summary>
    public IReadOnlyList<Value?> Outputs => _outputs;

    /// <summary>Source nodes that were fused into this one, in order; empty when there are none.</summary>
    public List<string> FusedFrom { get; } = [];

    /// <summary>The first output.</summary>
    /// <exception cref="InvalidOperationException">It is omitted.</exception>
    public Value Output => _outputs[0] ?? throw new InvalidOperationException($"'{Name}' has no first output.");

    /// <summary>An input that may be omitted.</summary>
    public Value? InputOrNull(int index) => index < _inputs.Count ? _inputs[index] : null;

    /// <summary>An input that must be there.</summary>
    /// <exception cref="InvalidOperationException">It is omitted.</exception>
    public Value Input(int index) => InputOrNull(index) ?? throw new InvalidOperationException($"'{Name}' ({OpType}) has no input {index}.");

    /// <summary>Replaces or appends an input and keeps the consumers of both values right.</summary>
    public void SetInput(int index, Value? value)
    {
        while (_inputs.Count <= index)
        {
            _inputs.Add(null);
        }

        _inputs[index]?.RemoveConsumer(this);
        _inputs[index] = value;
        value?.AddConsumer(this);
    }

    /// <summary>Drops the inputs from <paramref name="count"/> on.</summary>
    public void TruncateInputs(int count)
    {
        while (_inputs.Count > count)
        {
            _inputs[^1]?.RemoveConsumer(this);
            _inputs.RemoveAt(_inputs.Count - 1);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{OpType} '{Name}'";

    internal void AddOutput(Value? value)
    {
        _outputs.Add(value);
        if (value is not null)
        {
            value.Producer = this;
        }
    }

    internal void DetachOutput(int index)
    {
        if (_outputs[index] is { } value)
        {
            value.Producer = null;
        }

        _outputs[index] = null;
    }

    internal void MoveOutput(int index, Node from, int fromIndex)
    {
        Value? value = from._outputs[fromIndex];
        from._outputs[fromIndex] = null;
        _outputs[index] = value;
        if (value is not null)
        {
            value.Producer = this;
        }
    }
}
