using ModelBuild.Compiler.Diagnostics;

namespace ModelBuild.Compiler.Ir;

/// <summary>Copies graphs. Tensors are immutable and shared; everything else is copied.</summary>
public static class GraphClone
{
    /// <summary>A deep copy with the same names, types, constants and subgraphs; subgraphs of the copy capture the copy's values.</summary>
    /// <exception cref="ModelBuildException">Subgraphs are nested too deep (MDB2005), or a node reads a value of no enclosing graph (MDB2004).</exception>
    public static Graph Clone(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return Clone(graph, [], 0);
    }

    /// <summary>Copies the nodes of a graph that captures nothing into another graph.</summary>
    /// <param name="inputs">The values that stand for the graph's inputs.</param>
    /// <returns>The values that stand for its outputs.</returns>
    public static IReadOnlyList<Value> Inline(Graph source, Graph target, IReadOnlyList<Value> inputs)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        Dictionary<Value, Value> map = [];
        for (int i = 0; i < source.Inputs.Count; i++)
        {
            map[source.Inputs[i]] = inputs[i];
        }

        AddNodes(source, target, map, 0);
        return [.. source.Outputs.Select(o => Map(o.Value, target, map, null))];
    }

    private static Graph Clone(Graph source, Dictionary<Value, Value> map, int depth)
    {
        if (depth > TypeInference.MaxSubgraphDepth)
        {
            throw new ModelBuildException(Diagnostic.Of(Descriptors.GraphLimit, $"Subgraphs are nested more than {TypeInference.MaxSubgraphDepth} deep."));
        }

        Graph copy = new(source.Operators, source.Name) { SourceOpset = source.SourceOpset };
        copy.Opsets.Clear();
        foreach (KeyValuePair<string, long> opset in source.Opsets)
        {
            copy.Opsets.Add(opset.Key, opset.Value);
        }

        foreach (KeyValuePair<string, string[]> labels in source.OutputLabels)
        {
            copy.OutputLabels.Add(labels.Key, labels.Value);
        }

        foreach (KeyValuePair<string, InputKeys> keys in source.InputKeys)
        {
            copy.InputKeys.Add(keys.Key, keys.Value);
        }

        foreach (Value input in source.Inputs)
        {
            map[input] = copy.AddInput(input.Name, input.Type);
        }

        AddNodes(source, copy, map, depth);
        foreach (GraphOutput output in source.Outputs)
        {
            copy.AddOutput(output.Name, Map(output.Value, copy, map, null));
        }

        return copy;
    }

    private static void AddNodes(Graph source, Graph copy, Dictionary<Value, Value> map, int depth)
    {
        foreach (Node node in source.Nodes)
        {
            Value?[] inputs = [.. node.Inputs.Select(i => i is null ? null : Map(i, copy, map, node))];
            AttributeMap attributes = [];
            foreach (KeyValuePair<string, AttributeValue> pair in node.Attributes)
            {
                attributes[pair.Key] = pair.Value is GraphAttribute subgraph ? new GraphAttribute(Clone(subgraph.Value, map, depth + 1)) : pair.Value;
            }

            string[] outputs = [.. node.Outputs.Select(o => o?.Name ?? "")];
            Node added = copy.AddNode(node.Domain, node.OpType, node.Name, inputs, outputs, attributes);
            added.FusedFrom.AddRange(node.FusedFrom);
            for (int i = 0; i < outputs.Length; i++)
            {
                if (node.Outputs[i] is { } output)
                {
                    added.Outputs[i]!.Type = output.Type;
                    map[output] = added.Outputs[i]!;
                }
            }
        }

    }

    private static Value Map(Value value, Graph copy, Dictionary<Value, Value> map, Node? reader)
    {
        if (map.TryGetValue(value, out Value? mapped))
        {
            return mapped;
        }

        if (value.Constant is null)
        {
            string message = $"'{value.Name}' is read before it is computed.";
            throw new ModelBuildException(reader is null ? Diagnostic.Of(Descriptors.InvalidGraph, message) : Diagnostic.At(Descriptors.InvalidGraph, reader.Name, message));
        }

        return map[value] = copy.AddConstant(value.Name, value.Constant);
    }
}
