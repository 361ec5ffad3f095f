using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Quantization.Calibration;

/// <summary>Runs calibration samples through the compiled float model and records ranges. Activations are never kept: memory does not grow with samples.</summary>
public static class Calibrator
{
    /// <summary>Ranges of the named values.</summary>
    /// <param name="graph">Not changed.</param>
    /// <param name="values">Values of the graph to observe.</param>
    public static IReadOnlyDictionary<Value, MinMaxObserver> Run(Graph graph, IReadOnlyList<Value> values, QuantizationContext context, CancellationToken cancellation)
    {
        Dictionary<Value, MinMaxObserver> observers = values.ToDictionary(v => v, v => new MinMaxObserver(v.Name));
        Value[] inner = [.. values.Where(v => !graph.Inputs.Contains(v))];
        Graph observed = GraphClone.Clone(graph);
        Dictionary<string, Value> byName = observed.Nodes.SelectMany(n => n.Outputs).OfType<Value>().ToDictionary(v => v.Name, StringComparer.Ordinal);
        int first = observed.Outputs.Count;
        for (int i = 0; i < inner.Length; i++)
        {
            observed.AddOutput($"observed:{i}", byName[inner[i].Name]);
        }

        using IGraphRunner runner = context.CreateRunner(observed);
        for (int s = 0; s < context.Samples.Count; s++)
        {
            IReadOnlyList<Tensor> sample = context.Samples[s];
            cancellation.ThrowIfCancellationRequested();
            for (int i = 0; i < graph.Inputs.Count; i++)
            {
                if (observers.TryGetValue(graph.Inputs[i], out MinMaxObserver? observer))
                {
                    observer.Observe(sample[i], s);
                }
            }

            IReadOnlyList<Tensor> outputs = runner.Run(sample, cancellation);
            for (int i = 0; i < inner.Length; i++)
            {
                observers[inner[i]].Observe(outputs[first + i], s);
            }
        }

        return observers;
    }
}
