namespace ModelBuild.Compiler.Ir;

/// <summary>Operators and values. Portable: it knows no kernel. Nodes stand in topological order after <see cref="Sort"/>.</summary>
public sealed class Graph
{
    /// <summary>The opset whose operator meanings the IR has; importers translate older ones to it.</summary>
    public const int CanonicalOpset = 21;

    private readonly List<Value> _inputs = [];
    private readonly List<GraphOutput> _outputs = [];
    private readonly UniqueNames _names = new();
    private readonly UniqueNames _nodeNames = new();
    private List<Node> _nodes = [];

    /// <summary>An empty graph.</summary>
    /// <param name="operators">Finds definitions for the nodes added.</param>
    /// <param name="name">Name in the model; may be empty.</param>
    public Graph(IOperatorSet operators, string name = "")
    {
        Operators = operators;
        Name = name;
    }

    /// <summary>Finds operators' definitions.</summary>
    public IOperatorSet Operators { get; }

    /// <summary>Name in the model.</summary>
    public string Name { get; set; }

    /// <summary>Opset of the default domain in the source model, for reports; the meanings are always those of <see cref="CanonicalOpset"/> or later.</summary>
    public int SourceOpset { get; set; } = CanonicalOpset;

    /// <summary>Full paths of the files beside the model that its importer read, each once, in order of first use.</summary>
    public IReadOnlyList<string> ExternalFiles { get; set; } = [];

    /// <summary>What must not be folded because it depends on sizes that are given with every call; null where every size is fixed.</summary>
    public SizeDependence? SizeDependence { get; set; }

    /// <summary>Tells a subgraph that is compiled for several sizes from all others: the names of the nodes around it. Empty for a main graph.</summary>
    internal string Path { get; set; } = "";

    /// <summary>Names that the model gives to what an output holds, by the output's name: of the columns of its scores or, for positions of words, of the words.</summary>
    public SortedDictionary<string, string[]> OutputLabels { get; } = new(StringComparer.Ordinal);

    /// <summary>The keys of inputs that are maps in the source model, by the input's name.</summary>
    public SortedDictionary<string, InputKeys> InputKeys { get; } = new(StringComparer.Ordinal);

    /// <summary>Versions of the domains used, for writing; the default domain is at least <see cref="CanonicalOpset"/>.</summary>
    public SortedDictionary<string, long> Opsets { get; } = new(StringComparer.Ordinal) { [""] = CanonicalOpset };

    /// <summary>Graph inputs in the model's order, without initializers.</summary>
    public IReadOnlyList<Value> Inputs => _inputs;

    /// <summary>Graph outputs in the model's order.</summary>
    public IReadOnlyList<GraphOutput> Outputs => _outputs;

    /// <summary>Nodes.</summary>
    public IReadOnlyList<Node> Nodes => _nodes;

    /// <summary>Adds a graph input.</summary>
    public Value AddInput(string name, TensorType type)
    {
        Value value = NewValue(name, type);
        _inputs.Add(value);
        return value;
    }

    /// <summary>Declares a value as a graph output.</summary>
    public GraphOutput AddOutput(string name, Value value)
    {
        GraphOutput output = new(name, value);
        _outputs.Add(output);
        return output;
    }

    /// <summary>Adds a constant.</summary>
    /// <param name="name">Wanted name; made unique when taken.</param>
    public Value AddConstant(string name, Tensor tensor)
    {
        Value value = NewValue(name, tensor.Type);
        value.Constant = tensor;
        return value;
    }

    /// <summary>Adds a node of the default domain with one output of a type that inference will find.</summary>
    public Value Add(string opType, string name, IReadOnlyList<Value?> inputs, AttributeMap? attributes = null) =>
        AddNode("", opType, name, inputs, [name], attributes).Output;

    /// <summary>Adds a node.</summary>
    /// <param name="outputs">Wanted output names, made unique when taken; empty strings for outputs not wanted.</param>
    public Node AddNode(string domain, string opType, string name, IReadOnlyList<Value?> inputs, IReadOnlyList<string> outputs, AttributeMap? attributes = null)
    {
        Node node = new(this, _nodeNames.Make(name.Length == 0 ? opType : name), domain, opType, Operators.Find(domain, opType), attributes ?? []);
        for (int i = 0; i < inputs.Count; i++)
        {
            node.SetInput(i, inputs[i]);
        }

        foreach (string output in outputs)
        {
            node.AddOutput(output.Length == 0 ? null : NewValue(output, TensorType.Unknown));
        }

        _nodes.Add(node);
        return node;
    }

    /// <summary>Makes every reader and graph output of <paramref name="old"/> use <paramref name="replacement"/>.</summary>
    /// <remarks>A replacement of unknown type gets that of the old value, so that the rest of a pass can rely on it.</remarks>
    public void ReplaceUses(Value old, Value replacement)
    {
        if (replacement.Type == TensorType.Unknown)
        {
            replacement.Type = old.Type;
        }

        foreach (Node node in old.Consumers.Distinct().ToArray())
        {
            for (int i = 0; i < node.Inputs.Count; i++)
            {
                if (node.Inputs[i] == old)
                {
                    node.SetInput(i, replacement);
                }
            }
        }

        foreach (GraphOutput output in _outputs)
        {
            if (output.Value == old)
            {
                output.Value = replacement;
            }
        }
    }

    /// <summary>Removes a node whose outputs nobody uses any more.</summary>
    /// <exception cref="InvalidOperationException">An output still has a reader.</exception>
    public void Remove(Node node)
    {
        if (node.Outputs.Any(o => o is not null && IsUsed(o)))
        {
            throw new InvalidOperationException($"'{node.Name}' cannot be removed: an output is still used.");
        }

        Detach(node);
        _nodes.Remove(node);
    }

    /// <summary>Removes many nodes at once; each must be unused once the others are gone.</summary>
    public void RemoveAll(IReadOnlySet<Node> nodes)
    {
        foreach (Node node in nodes)
        {
            Detach(node);
        }

        _nodes.RemoveAll(nodes.Contains);
    }

    /// <summary>True when a node reads the value or it is a graph output.</summary>
    public bool IsUsed(Value value) => value.Consumers.Count > 0 || IsOutput(value);

    /// <summary>True when the value is a graph output.</summary>
    public bool IsOutput(Value value) => _outputs.Any(o => o.Value == value);

    /// <summary>Moves an output value, with its name and readers, from one node to another and returns the receiving node.</summary>
    public Node Replace(Node old, Node replacement)
    {
        for (int i = 0; i < old.Outputs.Count && i < replacement.Outputs.Count; i++)
        {
            if (old.Outputs[i] is null)
            {
                continue;
            }

            Value? placeholder = replacement.Outputs[i];
            if (placeholder is not null)
            {
                _names.Remove(placeholder.Name);
                replacement.DetachOutput(i);
            }

            replacement.MoveOutput(i, old, i);
        }

        Remove(old);
        return replacement;
    }

    /// <summary><see cref="Replace"/>, after which the receiving node has the name of the other.</summary>
    public Node Supersede(Node old, Node replacement)
    {
        Replace(old, replacement);
        _nodeNames.Remove(replacement.Name);
        replacement.Name = old.Name;
        return replacement;
    }

    /// <summary>Removes a graph input that nobody uses any more.</summary>
    /// <exception cref="InvalidOperationException">It still has a reader.</exception>
    public void RemoveInput(Value input)
    {
        if (IsUsed(input))
        {
            throw new InvalidOperationException($"'{input.Name}' cannot be removed: it is still used.");
        }

        _inputs.Remove(input);
        _names.Remove(input.Name);
    }

    /// <summary>Puts the nodes into a topological order that is stable with respect to the present one; nodes stand after those that count their sizes.</summary>
    /// <returns>A node on a cycle, or null when there is none.</returns>
    public Node? Sort()
    {
        (Node Node, Node Counter)[] counters = [.. SizeDependence?.Counters(this) ?? []];
        return counters.Length > 0 && Sort(counters) is null ? null : Sort([]);
    }

    private Node? Sort((Node Node, Node Counter)[] counters)
    {
        Dictionary<Node, int> waiting = new(_nodes.Count);
        Dictionary<Node, int> position = new(_nodes.Count);
        PriorityQueue<Node, int> ready = new();
        for (int i = 0; i < _nodes.Count; i++)
        {
            Node node = _nodes[i];
            position[node] = i;
            int count = SubgraphCaptures.ReadsOf(node).Count(v => v.Producer is not null && v.Producer.Graph == this) + counters.Count(c => c.Node == node);
            waiting[node] = count;
            if (count == 0)
            {
                ready.Enqueue(node, i);
            }
        }

        List<Node> sorted = new(_nodes.Count);
        Dictionary<Value, List<Node>> readers = SubgraphCaptures.ReadersByValue(_nodes);
        while (ready.TryDequeue(out Node? node, out _))
        {
            sorted.Add(node);
            IEnumerable<Node> later = node.Outputs.SelectMany(o => o is not null && readers.TryGetValue(o, out List<Node>? list) ? list : []);
            foreach (Node reader in later.Concat(counters.Where(c => c.Counter == node).Select(c => c.Node)))
            {
                if (--waiting[reader] == 0)
                {
                    ready.Enqueue(reader, position[reader]);
                }
            }
        }

        if (sorted.Count < _nodes.Count)
        {
            return _nodes.First(n => waiting[n] > 0);
        }

        _nodes = sorted;
        return null;
    }

    /// <summary>A name near <paramref name="prefix"/> that no value has.</summary>
    public string UniqueValueName(string prefix) => _names.Make(prefix);

    private static void Detach(Node node)
    {
        node.TruncateInputs(0);
        for (int i = 0; i < node.Outputs.Count; i++)
        {
            node.DetachOutput(i);
        }
    }

    private Value NewValue(string name, TensorType type) => new(_names.Make(name.Length == 0 ? "value" : name), type);
}
