using System.Diagnostics.CodeAnalysis;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Passes;

/// <summary>Nodes that a pass has still to look at, first in, first out, each at most once at a time. It starts with all nodes in their order, so a pass that adds what a rewrite may have enabled needs no second scan.</summary>
internal sealed class Worklist
{
    private readonly Queue<Node> _queue;
    private readonly HashSet<Node> _waiting;

    /// <summary>All nodes of a graph.</summary>
    public Worklist(Graph graph)
    {
        _queue = new Queue<Node>(graph.Nodes);
        _waiting = [.. graph.Nodes];
    }

    /// <summary>Adds a node unless it already waits.</summary>
    public void Add(Node node)
    {
        if (_waiting.Add(node))
        {
            _queue.Enqueue(node);
        }
    }

    /// <summary>Adds the node that computes a value, and those that read it.</summary>
    public void AddAround(Value value)
    {
        if (value.Producer is { } producer)
        {
            Add(producer);
        }

        foreach (Node reader in value.Consumers)
        {
            Add(reader);
        }
    }

    /// <summary>Takes the next node that still stands in the graph.</summary>
    public bool TryTake([NotNullWhen(true)] out Node? node)
    {
        while (_queue.TryDequeue(out node))
        {
            _waiting.Remove(node);
            if (node.Outputs.Any(o => o is not null))
            {
                return true;
            }
        }

        return false;
    }
}
