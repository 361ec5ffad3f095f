using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Passes;

/// <summary>Nodes of the same operator with equal attributes and the same inputs, constants compared by content, are computed once. Those with subgraphs stay.</summary>
public sealed class MergeDuplicateNodes : IPass
{
    /// <inheritdoc/>
    public string Name => nameof(MergeDuplicateNodes);

    /// <inheritdoc/>
    public bool Run(Graph graph, CancellationToken cancellation)
    {
        Dictionary<Key, Node> first = [];
        Dictionary<Content, Value> constants = [];
        HashSet<Node> merged = [];
        foreach (Node node in graph.Nodes)
        {
            cancellation.ThrowIfCancellationRequested();
            if (node.Op is null || node.Attributes.Any(a => a.Value is GraphAttribute))
            {
                continue;
            }

            Key key = new(node.Domain, node.OpType, node.Attributes, [.. node.Inputs.Select(i => Representative(i, constants))]);
            if (first.TryAdd(key, node))
            {
                continue;
            }

            Node kept = first[key];
            if (kept.Outputs.Count < node.Outputs.Count || node.Outputs.Where((o, i) => o is not null && kept.Outputs[i] is null).Any())
            {
                continue;
            }

            for (int i = 0; i < node.Outputs.Count; i++)
            {
                if (node.Outputs[i] is { } output)
                {
                    graph.ReplaceUses(output, kept.Outputs[i]!);
                }
            }

            kept.FusedFrom.Add(node.ToString());
            merged.Add(node);
        }

        graph.RemoveAll(merged);
        return merged.Count > 0;
    }

    private static Value? Representative(Value? value, Dictionary<Content, Value> constants)
    {
        if (value?.Constant is not { } tensor)
        {
            return value;
        }

        Content content = new(tensor);
        return constants.TryAdd(content, value) ? value : constants[content];
    }

    /// <summary>A tensor with equality by type, sizes and bytes.</summary>
    private readonly struct Content(Tensor tensor) : IEquatable<Content>
    {
        private readonly Tensor _tensor = tensor;

        public bool Equals(Content other) =>
            ReferenceEquals(_tensor, other._tensor)
            || (_tensor.DType == other._tensor.DType && _tensor.Dims.SequenceEqual(other._tensor.Dims) && _tensor.Bytes.SequenceEqual(other._tensor.Bytes));

        public override bool Equals(object? obj) => obj is Content other && Equals(other);

        // The first bytes tell tensors apart well enough; large weights are not read for it.
        public override int GetHashCode()
        {
            HashCode hash = default;
            hash.Add(_tensor.DType);
            hash.Add(_tensor.Count);
            hash.AddBytes(_tensor.Bytes[..Math.Min(_tensor.Bytes.Length, 256)]);
            return hash.ToHashCode();
        }
    }

    private sealed record Key(string Domain, string OpType, AttributeMap Attributes, Value?[] Inputs)
    {
        public bool Equals(Key? other) => other is not null && Domain == other.Domain && OpType == other.OpType && Attributes.Equals(other.Attributes) && Inputs.AsSpan().SequenceEqual(other.Inputs);

        public override int GetHashCode()
        {
            HashCode hash = default;
            hash.Add(Domain);
            hash.Add(OpType);
            hash.Add(Attributes);
            foreach (Value? input in Inputs)
            {
                hash.Add(input);
            }

            return hash.ToHashCode();
        }
    }
}
