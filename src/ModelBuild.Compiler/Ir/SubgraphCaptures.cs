namespace ModelBuild.Compiler.Ir;

/// <summary>What stands in subgraphs, and what a node reads, the values that its subgraphs take from outside included.</summary>
public static class SubgraphCaptures
{
    /// <summary>The nodes of a graph and of all its subgraphs.</summary>
    public static IEnumerable<Node> NodesOf(Graph graph)
    {
        Stack<Graph> pending = new([graph]);
        while (pending.TryPop(out Graph? current))
        {
            foreach (Node node in current.Nodes)
            {
                yield return node;
                foreach (KeyValuePair<string, AttributeValue> pair in node.Attributes)
                {
                    if (pair.Value is GraphAttribute subgraph)
                    {
                        pending.Push(subgraph.Value);
                    }
                }
            }
        }
    }

    /// <summary>Every value read, with repetitions.</summary>
    public static IEnumerable<Value> ReadsOf(Node node)
    {
        Stack<Node> pending = new([node]);
        while (pending.TryPop(out Node? current))
        {
            foreach (Value? input in current.Inputs)
            {
                if (input is not null)
                {
                    yield return input;
                }
            }

            foreach (KeyValuePair<string, AttributeValue> pair in current.Attributes)
            {
                if (pair.Value is not GraphAttribute subgraph)
                {
                    continue;
                }

                foreach (Node inner in subgraph.Value.Nodes)
                {
                    pending.Push(inner);
                }

                foreach (GraphOutput output in subgraph.Value.Outputs)
                {
                    yield return output.Value;
                }
            }
        }
    }

    /// <summary>The readers of each value, one entry per use.</summary>
    public static Dictionary<Value, List<Node>> ReadersByValue(IReadOnlyList<Node> nodes)
    {
        Dictionary<Value, List<Node>> readers = [];
        foreach (Node node in nodes)
        {
            foreach (Value value in ReadsOf(node))
            {
                if (!readers.TryGetValue(value, out List<Node>? list))
                {
                    readers[value] = list = [];
                }

                list.Add(node);
            }
        }

        return readers;
    }
}
