using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Passes;

namespace ModelBuild.Compiler.Tests.Differential;

/// <summary>Cuts a graph with subgraphs down as long as it keeps failing: one output alone, an operator at any depth left out, a subgraph's value replaced by numbers.</summary>
internal static class FlowShrinker
{
    private const int MostTries = 300;

    /// <summary>The smallest failing graph found.</summary>
    public static Graph Shrink(Graph graph, Func<Graph, bool> fails)
    {
        int tries = 0;
        for (bool smaller = true; smaller && tries < MostTries;)
        {
            smaller = false;
            foreach (Graph candidate in Candidates(graph))
            {
                if (++tries < MostTries && Size(candidate) < Size(graph) && Holds(candidate) && fails(candidate))
                {
                    graph = candidate;
                    smaller = true;
                    break;
                }
            }
        }

        return graph;
    }

    private static int Size(Graph graph) => (2 * SubgraphCaptures.NodesOf(graph).Count()) + graph.Outputs.Count + SubgraphCaptures.NodesOf(graph).Count(n => n.OpType == "Identity");

    private static IEnumerable<Graph> Candidates(Graph graph)
    {
        foreach (GraphOutput kept in graph.Outputs.Count == 1 ? [] : graph.Outputs)
        {
            yield return Only(graph, kept.Value);
        }

        foreach (Value value in graph.Nodes.SelectMany(n => n.Outputs).OfType<Value>().Where(v => v.Type.DType == DType.F32 && !graph.IsOutput(v)))
        {
            yield return Only(graph, value);
        }

        int count = SubgraphCaptures.NodesOf(graph).Count();
        for (int i = 0; i < count; i++)
        {
            Graph copy = GraphClone.Clone(graph);
            Node node = SubgraphCaptures.NodesOf(copy).ElementAt(i);
            if (node.Outputs is [{ } output])
            {
                if (node.Inputs.FirstOrDefault(v => v is not null && !v.IsConstant && v.Type.Equals(output.Type)) is { } same)
                {
                    yield return Replaced(copy, node, same);
                }
                else if (output.Type is { IsStatic: true, DType: DType.F32 })
                {
                    Tensor numbers = new(DType.F32, output.Type.Shape!.ToArray());
                    numbers.MutableSpan<float>().Fill(0.25f);
                    yield return Replaced(copy, node, node.Graph.AddConstant(output.Name + "_c", numbers));
                }
            }
        }
    }

    private static Graph Only(Graph graph, Value kept)
    {
        Graph marked = GraphClone.Clone(graph);
        marked.AddOutput("kept", marked.Nodes.SelectMany(n => n.Outputs).OfType<Value>().Single(v => v.Name == kept.Name));
        Graph copy = new(graph.Operators, graph.Name);
        Value result = GraphClone.Inline(marked, copy, [.. marked.Inputs.Select(i => copy.AddInput(i.Name, i.Type))])[^1];
        copy.AddOutput(result.Name, result);
        return Clean(copy);
    }

    private static Graph Replaced(Graph graph, Node node, Value by)
    {
        Value old = node.Output;
        Value own = by.Producer?.Graph == node.Graph || node.Graph.Inputs.Contains(by) || !node.Graph.IsOutput(old) ? by : node.Graph.Add("Identity", old.Name + "_i", [by]);
        own.Type = old.Type;
        node.Graph.ReplaceUses(old, own);
        return Clean(graph);
    }

    private static Graph Clean(Graph graph)
    {
        foreach (Graph part in SubgraphCaptures.NodesOf(graph).SelectMany(n => n.Attributes).Select(a => a.Value).OfType<GraphAttribute>().Select(a => a.Value).Append(graph).ToArray())
        {
            part.Sort();
            new RemoveDeadNodes().Run(part, default);
        }

        foreach (Value input in graph.Inputs.Where(i => !graph.IsUsed(i) && !SubgraphCaptures.NodesOf(graph).SelectMany(SubgraphCaptures.ReadsOf).Contains(i)).ToArray())
        {
            graph.RemoveInput(input);
        }

        return graph;
    }

    private static bool Holds(Graph graph)
    {
        try
        {
            TypeInference.Run(graph);
            return true;
        }
        catch (ModelBuildException)
        {
            // A cut that leaves a contradiction is no smaller case.
            return false;
        }
    }
}
