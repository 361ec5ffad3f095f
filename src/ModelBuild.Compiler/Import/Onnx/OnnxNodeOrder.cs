using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import.Onnx.Wire;

namespace ModelBuild.Compiler.Import.Onnx;

/// <summary>Puts stored nodes into topological order; files may hold them in any.</summary>
internal static class OnnxNodeOrder
{
    /// <summary>The nodes in an order that is stable with respect to the file's.</summary>
    /// <exception cref="ModelBuildException">Two nodes write one name, or nodes feed each other (MDB2004).</exception>
    public static IReadOnlyList<NodeProto> Sort(IReadOnlyList<NodeProto> nodes, CancellationToken cancellation)
    {
        Dictionary<string, int> producers = new(StringComparer.Ordinal);
        for (int i = 0; i < nodes.Count; i++)
        {
            foreach (string output in nodes[i].Output)
            {
                if (output.Length > 0 && !producers.TryAdd(output, i))
                {
                    throw Invalid(nodes[i], $"'{output}' is written by {Describe(nodes[producers[output]])} and by {Describe(nodes[i])}.");
                }
            }
        }

        int[] waiting = new int[nodes.Count];
        List<int>?[] readers = new List<int>?[nodes.Count];
        PriorityQueue<int, int> ready = new();
        for (int i = 0; i < nodes.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            HashSet<int> needs = [];
            foreach (string name in ReadsOf(nodes[i]))
            {
                if (producers.TryGetValue(name, out int producer) && needs.Add(producer))
                {
                    (readers[producer] ??= []).Add(i);
                }
            }

            waiting[i] = needs.Count;
            if (needs.Count == 0)
            {
                ready.Enqueue(i, i);
            }
        }

        List<NodeProto> sorted = new(nodes.Count);
        while (ready.TryDequeue(out int next, out _))
        {
            sorted.Add(nodes[next]);
            foreach (int reader in readers[next] ?? [])
            {
                if (--waiting[reader] == 0)
                {
                    ready.Enqueue(reader, reader);
                }
            }
        }

        return sorted.Count == nodes.Count ? sorted : throw Cycle(nodes, waiting, producers);
    }

    /// <summary>A node's name, or where it has none the name of its first output.</summary>
    public static string NameOf(NodeProto node) => node.Name.Length > 0 ? node.Name : node.Output.FirstOrDefault(o => o.Length > 0) ?? node.OpType;

    /// <summary>Every name that a node or its subgraphs read.</summary>
    private static IEnumerable<string> ReadsOf(NodeProto node)
    {
        Stack<NodeProto> pending = new([node]);
        while (pending.TryPop(out NodeProto? current))
        {
            foreach (string input in current.Input)
            {
                yield return input;
            }

            foreach (GraphProto graph in current.Attribute.Select(a => a.G).OfType<GraphProto>())
            {
                foreach (NodeProto inner in graph.Node)
                {
                    pending.Push(inner);
                }

                foreach (ValueInfoProto output in graph.Output)
                {
                    yield return output.Name;
                }
            }
        }
    }

    // Every node left waits for another one left; following those leads onto a cycle.
    private static ModelBuildException Cycle(IReadOnlyList<NodeProto> nodes, int[] waiting, Dictionary<string, int> producers)
    {
        HashSet<int> seen = [];
        int current = Array.FindIndex(waiting, w => w > 0);
        while (seen.Add(current))
        {
            current = ReadsOf(nodes[current]).Where(producers.ContainsKey).Select(n => producers[n]).First(p => waiting[p] > 0);
        }

        return Invalid(nodes[current], $"{Describe(nodes[current])} depends on its own output: the graph has a cycle.");
    }

    private static string Describe(NodeProto node) => $"'{NameOf(node)}' ({node.OpType})";

    private static ModelBuildException Invalid(NodeProto node, string message) => new(Diagnostic.At(Descriptors.InvalidGraph, NameOf(node), message));
}
