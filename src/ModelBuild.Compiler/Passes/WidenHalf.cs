using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Passes;

/// <summary>
/// Computes binary16 and bfloat16 networks in binary32: constants are widened, every node works on binary32, and the graph's inputs and outputs keep their types
/// behind casts. The results are those of the source without the rounding after each of its nodes, so they are nearer to the exact ones; the weights take twice
/// the space.
/// </summary>
public sealed class WidenHalf : IPass
{
    private static readonly string[] s_typeAttributes = ["to", "dtype"];

    /// <inheritdoc/>
    public string Name => nameof(WidenHalf);

    /// <inheritdoc/>
    public bool Run(Graph graph, CancellationToken cancellation)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToArray())
        {
            cancellation.ThrowIfCancellationRequested();
            changed |= Constants(graph, node) | (!IsOutputCast(graph, node) && Attributes(node)) | Subgraphs(node);
        }

        foreach (Value input in graph.Inputs)
        {
            changed |= IsHalf(input.Type.DType) && Input(graph, input);
        }

        foreach (GraphOutput output in graph.Outputs)
        {
            changed |= IsHalf(output.Value.Type.DType) && Output(graph, output);
        }

        return changed;
    }

    private static bool IsHalf(DType type) => type is DType.F16 or DType.BF16;

    /// <summary>A cast to half precision that only graph outputs read.</summary>
    private static bool IsOutputCast(Graph graph, Node node) => node is { OpType: "Cast", Domain: "" } && node.Output.Consumers.Count == 0 && graph.IsOutput(node.Output);

    private static bool Constants(Graph graph, Node node)
    {
        bool changed = false;
        for (int i = 0; i < node.Inputs.Count; i++)
        {
            if (node.Inputs[i]?.Constant is { } constant && IsHalf(constant.DType))
            {
                Value narrow = node.Inputs[i]!;
                GraphOutput[] outputs = [.. graph.Outputs.Where(o => o.Value == narrow)];
                graph.ReplaceUses(narrow, graph.AddConstant(narrow.Name, Widen(constant)));
                foreach (GraphOutput output in outputs)
                {
                    output.Value = narrow;
                }

                changed = true;
            }
        }

        return changed;
    }

    private static bool Attributes(Node node)
    {
        bool changed = false;
        foreach ((string name, AttributeValue value) in node.Attributes.ToArray())
        {
            if (value is TensorAttribute { Value: var tensor } && IsHalf(tensor.DType))
            {
                node.Attributes[name] = new TensorAttribute(Widen(tensor));
                changed = true;
            }
            else if (s_typeAttributes.Contains(name) && value is IntAttribute type && IsHalf((DType)type.Value))
            {
                node.Attributes[name] = new IntAttribute((long)DType.F32);
                changed = true;
            }
        }

        return changed;
    }

    // What a subgraph takes from outside is wide then, so that its own constants must be too.
    private static bool Subgraphs(Node node)
    {
        bool changed = false;
        foreach (Graph subgraph in node.Attributes.Select(a => a.Value).OfType<GraphAttribute>().Select(a => a.Value))
        {
            foreach (Node inner in subgraph.Nodes.ToArray())
            {
                changed |= Constants(subgraph, inner) | Attributes(inner) | Subgraphs(inner);
            }

            foreach (GraphOutput output in subgraph.Outputs)
            {
                if (output.Value.Constant is { } constant && IsHalf(constant.DType))
                {
                    output.Value = subgraph.AddConstant(output.Value.Name, Widen(constant));
                    changed = true;
                }
            }
        }

        return changed;
    }

    private static bool Input(Graph graph, Value input)
    {
        Node[] readers = [.. input.Consumers.Where(c => c is not { OpType: "Cast", Domain: "" }).Distinct()];
        if (readers.Length == 0)
        {
            return false;
        }

        Value wide = graph.Add("Cast", $"{input.Name}_wide", [input], new AttributeMap { { "to", (long)DType.F32 } });
        foreach (Node reader in readers)
        {
            for (int i = 0; i < reader.Inputs.Count; i++)
            {
                if (reader.Inputs[i] == input)
                {
                    reader.SetInput(i, wide);
                }
            }
        }

        return true;
    }

    private static bool Output(Graph graph, GraphOutput output)
    {
        bool isGiven = output.Value.Producer is null;
        if (isGiven || (output.Value.Producer is { } producer && IsOutputCast(graph, producer)))
        {
            return false;
        }

        output.Value = graph.Add("Cast", $"{output.Name}_half", [output.Value], new AttributeMap { { "to", (long)output.Value.Type.DType } });
        return true;
    }

    private static Tensor Widen(Tensor tensor) => Tensor.Create<float>([.. tensor.ToDoubleArray().Select(v => (float)v)], tensor.Dims);
}
