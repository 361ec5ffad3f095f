using ModelBuild.Compiler.Diagnostics;

namespace ModelBuild.Compiler.Ir;

/// <summary>Runs a graph with the operators' scalar reference evaluation: the independent referee of the build. Slow and simple.</summary>
public static class ReferenceEvaluator
{
    /// <summary>Computes the graph's outputs.</summary>
    /// <param name="graph">Sorted, with inferred types.</param>
    /// <param name="inputs">One tensor per graph input, in order.</param>
    /// <exception cref="ModelBuildException">An operator is not known (MDB2001, all are listed).</exception>
    public static IReadOnlyList<Tensor> Run(Graph graph, IReadOnlyList<Tensor> inputs, CancellationToken cancellation = default) => Run(graph, inputs, null, cancellation);

    /// <summary>Computes a subgraph's outputs.</summary>
    /// <param name="outer">Finds values of the enclosing graphs; null for a main graph.</param>
    internal static IReadOnlyList<Tensor> Run(Graph graph, IReadOnlyList<Tensor> inputs, Func<Value, Tensor?>? outer, CancellationToken cancellation)
    {
        Diagnostic[] unknown = [.. graph.Nodes.Where(n => n.Op is null).GroupBy(n => (n.Domain, n.OpType)).Select(g => Diagnostic.At(
            Descriptors.UnsupportedOperator, g.First().Name, $"Operator '{g.Key.OpType}' ({g.Count()} nodes, first '{g.First().Name}') is not supported. Export the model without it, or set Runtime=\"onnxruntime\"."))];
        if (unknown.Length > 0)
        {
            throw new ModelBuildException(unknown);
        }

        Dictionary<Value, Tensor> values = [];
        for (int i = 0; i < graph.Inputs.Count; i++)
        {
            values[graph.Inputs[i]] = inputs[i];
        }

        Dictionary<Value, int> reads = [];
        foreach (Value value in graph.Nodes.SelectMany(SubgraphCaptures.ReadsOf).Concat(graph.Outputs.Select(o => o.Value)))
        {
            reads[value] = reads.GetValueOrDefault(value) + 1;
        }

        Func<Value, Tensor?> find = v => v.Constant ?? values.GetValueOrDefault(v) ?? outer?.Invoke(v);
        foreach (Node node in graph.Nodes)
        {
            cancellation.ThrowIfCancellationRequested();
            Tensor[] results = node.Op!.Evaluate(new EvaluationContext(node, [.. node.Inputs.Select(v => v is null ? null : TensorOf(v, find))], cancellation, find));
            for (int i = 0; i < node.Outputs.Count && i < results.Length; i++)
            {
                if (node.Outputs[i] is { } output)
                {
                    values[output] = results[i];
                }
            }

            foreach (Value read in SubgraphCaptures.ReadsOf(node))
            {
                if (--reads[read] == 0)
                {
                    values.Remove(read);
                }
            }
        }

        return [.. graph.Outputs.Select(o => TensorOf(o.Value, find))];
    }

    private static Tensor TensorOf(Value value, Func<Value, Tensor?> find)
    {
        if (find(value) is { } tensor)
        {
            return tensor;
        }

        throw value.Producer is { } node
            ? NodeErrors.Invalid(node, $"has {node.Outputs.Count} outputs, more than the operator makes; '{value.Name}' is read.")
            : new InvalidOperationException($"'{value.Name}' has no value.");
    }
}
