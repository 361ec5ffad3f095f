using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Differential;

/// <summary>Cuts a graph down as long as it keeps failing: fewer outputs, an earlier value as the only output, a computed value as an input, an operator left out.</summary>
internal static class GraphShrinker
{
    private const int MostTries = 400;

    /// <summary>The smallest failing graph found.</summary>
    public static Graph Shrink(Graph graph, Func<Graph, bool> fails)
    {
        int tries = 0;
        for (bool smaller = true; smaller && tries < MostTries;)
        {
            smaller = false;
            foreach (Graph candidate in Candidates(graph))
            {
                if (++tries < MostTries && Size(candidate) < Size(graph) && fails(candidate))
                {
                    graph = candidate;
                    smaller = true;
                    break;
                }
            }
        }

        return graph;
    }

    private static int Size(Graph graph) => (2 * graph.Nodes.Count) + graph.Outputs.Count;

    private static IEnumerable<Graph> Candidates(Graph graph)
    {
        foreach (string kept in graph.Nodes.SelectMany(n => n.Outputs).OfType<Value>().Select(v => v.Name))
        {
            if (graph.Outputs.Count > 1 || graph.Outputs[0].Value.Name != kept)
            {
                yield return Build(graph, kept, asInput: null, bypassed: null);
            }
        }

        foreach (Node node in graph.Nodes.Where(n => n.Outputs is [{ Type.DType: DType.F32 }]))
        {
            yield return Build(graph, null, asInput: node.Output.Name, bypassed: null);
            if (node.Inputs.FirstOrDefault(i => i is not null && !i.IsConstant && i.Type.Equals(node.Output.Type)) is { } same)
            {
                yield return Build(graph, null, asInput: null, bypassed: (node.Output.Name, same.Name));
            }
        }
    }

    private static Graph Build(Graph source, string? onlyOutput, string? asInput, (string Old, string New)? bypassed)
    {
        string[] outputs = onlyOutput is null ? [.. source.Outputs.Select(o => o.Value.Name)] : [onlyOutput];
        HashSet<string> needed = Needed(source, outputs, asInput, bypassed);
        Graph copy = new(source.Operators, source.Name);
        Dictionary<string, Value> values = new(StringComparer.Ordinal);
        foreach (Value input in source.Inputs.Where(i => needed.Contains(i.Name)))
        {
            values[input.Name] = copy.AddInput(input.Name, input.Type);
        }

        foreach (Node node in source.Nodes.Where(n => n.Outputs.Any(o => o is not null && needed.Contains(o.Name))))
        {
            string name = node.Outputs[0]?.Name ?? "";
            if (name == asInput)
            {
                values[name] = copy.AddInput(name, node.Output.Type);
            }
            else if (bypassed is { } pair && name == pair.Old)
            {
                values[name] = values[pair.New];
            }
            else
            {
                Copy(copy, node, values);
            }
        }

        foreach (string output in outputs)
        {
            copy.AddOutput(output, values[output]);
        }

        InferTypes(copy);
        return copy;
    }

    private static HashSet<string> Needed(Graph source, string[] outputs, string? asInput, (string Old, string New)? bypassed)
    {
        HashSet<string> needed = new(outputs, StringComparer.Ordinal);
        foreach (Node node in source.Nodes.Reverse().Where(n => n.Outputs.Any(o => o is not null && needed.Contains(o.Name))))
        {
            if (bypassed is { } pair && node.Outputs[0]?.Name == pair.Old)
            {
                needed.Add(pair.New);
            }
            else if (node.Outputs[0]?.Name != asInput)
            {
                needed.UnionWith(node.Inputs.OfType<Value>().Select(i => i.Name));
            }
        }

        return needed;
    }

    private static void Copy(Graph copy, Node node, Dictionary<string, Value> values)
    {
        List<Value?> inputs = [];
        foreach (Value? input in node.Inputs)
        {
            if (input is not null && !values.ContainsKey(input.Name))
            {
                values[input.Name] = copy.AddConstant(input.Name, input.Constant!);
            }

            inputs.Add(input is null ? null : values[input.Name]);
        }

        Node added = copy.AddNode(node.Domain, node.OpType, node.Name, inputs, [.. node.Outputs.Select(o => o?.Name ?? "")], node.Attributes.Clone());
        for (int i = 0; i < node.Outputs.Count; i++)
        {
            if (node.Outputs[i] is { } output)
            {
                values[output.Name] = added.Outputs[i]!;
            }
        }
    }

    private static void InferTypes(Graph graph)
    {
        try
        {
            TypeInference.Run(graph);
        }
        catch (ModelBuildException)
        {
            // A cut that leaves a contradiction is no smaller case; the run refuses it.
        }
    }
}
