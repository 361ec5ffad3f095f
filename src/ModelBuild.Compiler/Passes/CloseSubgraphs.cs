using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Control;

namespace ModelBuild.Compiler.Passes;

/// <summary>
/// Makes every value that the subgraphs of If, Loop and Scan take from outside an input of the node and of its subgraphs, so that every pass works on a subgraph as
/// on a whole graph. Constants, and inputs that subgraphs no longer use, move inside or go.
/// </summary>
public sealed class CloseSubgraphs : IPass
{
    /// <inheritdoc/>
    public string Name => nameof(CloseSubgraphs);

    /// <inheritdoc/>
    public bool Run(Graph graph, CancellationToken cancellation)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToArray())
        {
            cancellation.ThrowIfCancellationRequested();
            if (node.Op is ControlOp { IsClosed: false } && !ControlOp.SubgraphsOf(node).SelectMany(SubgraphCaptures.NodesOf).Any(n => n.Op is null))
            {
                Close(graph, node, cancellation);
                changed = true;
            }
            else if (node.Op is ControlOp { IsClosed: true })
            {
                changed |= Simplify(node);
            }
        }

        return changed;
    }

    private void Close(Graph graph, Node node, CancellationToken cancellation)
    {
        Graph[] subgraphs = [.. ControlOp.SubgraphsOf(node).Distinct()];
        foreach (Graph subgraph in subgraphs)
        {
            Run(subgraph, cancellation);
            subgraph.Sort();
        }

        Value[] captured = [.. subgraphs.SelectMany(CapturesOf).Distinct()];
        foreach (Graph subgraph in subgraphs)
        {
            foreach (Value value in captured)
            {
                Redirect(subgraph, value, subgraph.AddInput(subgraph.UniqueValueName(value.Name), value.Type));
            }
        }

        List<Value?> inputs = [.. node.Inputs];
        while (inputs.Count < ((ControlOp)node.Op!).LeastInputs)
        {
            inputs.Add(null);
        }

        AttributeMap attributes = node.Attributes.Clone();
        attributes[ControlOp.Captures] = new IntAttribute(captured.Length);
        Node closed = graph.AddNode(InternalDomain.Name, node.OpType, node.Name, [.. inputs, .. captured], [.. node.Outputs.Select(o => o?.Name ?? "")], attributes);
        closed.FusedFrom.AddRange(node.FusedFrom);
        graph.Supersede(node, closed);
    }

    private static IEnumerable<Value> CapturesOf(Graph subgraph)
    {
        HashSet<Value> inputs = [.. subgraph.Inputs];
        return subgraph.Nodes.SelectMany(n => n.Inputs).OfType<Value>().Concat(subgraph.Outputs.Select(o => o.Value))
            .Where(v => !v.IsConstant && v.Producer?.Graph != subgraph && !inputs.Contains(v)).Distinct();
    }

    // Only inside: the value has readers outside too.
    private static void Redirect(Graph subgraph, Value from, Value to)
    {
        foreach (Node reader in from.Consumers.Where(c => c.Graph == subgraph).Distinct().ToArray())
        {
            for (int i = 0; i < reader.Inputs.Count; i++)
            {
                if (reader.Inputs[i] == from)
                {
                    reader.SetInput(i, to);
                }
            }
        }

        foreach (GraphOutput output in subgraph.Outputs)
        {
            if (output.Value == from)
            {
                output.Value = to;
            }
        }
    }

    private static bool Simplify(Node node)
    {
        int own = ControlOp.OwnInputs(node);
        Graph[] subgraphs = [.. ControlOp.SubgraphsOf(node).Distinct()];
        List<Value?> kept = [.. node.Inputs];
        for (int i = kept.Count - 1; i >= own; i--)
        {
            int fromEnd = kept.Count - i;
            Tensor? constant = kept[i]!.Constant;
            if (constant is null && subgraphs.Any(g => g.IsUsed(g.Inputs[^fromEnd])))
            {
                continue;
            }

            foreach (Graph subgraph in subgraphs)
            {
                Value inner = subgraph.Inputs[^fromEnd];
                if (constant is not null)
                {
                    subgraph.ReplaceUses(inner, subgraph.AddConstant(inner.Name, constant));
                }

                subgraph.RemoveInput(inner);
            }

            kept.RemoveAt(i);
        }

        if (kept.Count == node.Inputs.Count)
        {
            return false;
        }

        node.TruncateInputs(0);
        for (int i = 0; i < kept.Count; i++)
        {
            node.SetInput(i, kept[i]);
        }

        node.Attributes[ControlOp.Captures] = new IntAttribute(kept.Count - own);
        return true;
    }
}
