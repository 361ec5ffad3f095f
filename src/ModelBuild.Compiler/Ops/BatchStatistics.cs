using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops;

/// <summary>BatchNormalization with training_mode: mean and variance are those of the batch, and the given ones are moved towards them by the momentum.</summary>
internal static class BatchStatistics
{
    /// <summary>The normalised batch and the moved mean and variance.</summary>
    public static Tensor[] Evaluate(EvaluationContext context)
    {
        Node node = context.Node;
        Tensor x = context.Input(0);
        double[] values = x.ToDoubleArray();
        double[][] parameters = [.. Enumerable.Range(1, 4).Select(i => context.Input(i).ToDoubleArray())];
        (int batch, int channels, int inner) = Axes.Split(x.Dims, 1);
        if (parameters.Any(p => p.Length != channels))
        {
            throw NodeErrors.Shape(node, $"scale, bias, mean and variance must have {channels} elements.");
        }

        double momentum = node.Attributes.GetFloat("momentum", 0.9f);
        for (int c = 0; c < channels; c++)
        {
            int[] at = [.. Enumerable.Range(0, batch * inner).Select(i => (((i / inner * channels) + c) * inner) + (i % inner))];
            double mean = at.Average(i => values[i]);
            double variance = at.Average(i => (values[i] - mean) * (values[i] - mean));
            double factor = parameters[0][c] / Math.Sqrt(variance + node.Attributes.GetFloat("epsilon", 1e-5f));
            foreach (int i in at)
            {
                values[i] = ((values[i] - mean) * factor) + parameters[1][c];
            }

            parameters[2][c] = (parameters[2][c] * momentum) + (mean * (1 - momentum));
            parameters[3][c] = (parameters[3][c] * momentum) + (variance * (1 - momentum));
        }

        Tensor[] all =
        [
            FloatTensors.FromDouble(node, x.DType, values, x.Dims),
            FloatTensors.FromDouble(node, context.Input(3).DType, parameters[2], [channels]),
            FloatTensors.FromDouble(node, context.Input(4).DType, parameters[3], [channels]),
        ];
        return all[..Math.Clamp(node.Outputs.Count, 1, 3)];
    }

    /// <summary>Writes the node with reductions and elementwise operators.</summary>
    public static void Expand(Graph graph, Node node)
    {
        int rank = node.Input(0).Type.Shape!.Rank;
        float momentum = node.Attributes.GetFloat("momentum", 0.9f);
        Value axes = graph.AddConstant("axes", Tensor.Vector<long>([0, .. Enumerable.Range(2, rank - 2).Select(a => (long)a)]));
        Value channels = graph.AddConstant("channels", Tensor.Vector<long>([-1, .. Enumerable.Repeat(1L, rank - 2)]));
        Value mean = Add("ReduceMean", "mean", node.Input(0), axes);
        Value centred = Add("Sub", "centred", node.Input(0), mean);
        Value variance = Add("ReduceMean", "variance", Add("Mul", "square", centred, centred), axes);
        Value deviation = Add("Sqrt", "deviation", Add("Add", "positive", variance, Scalar(node.Attributes.GetFloat("epsilon", 1e-5f))));
        Value scaled = Add("Mul", "scaled", Add("Div", "normalised", centred, deviation), Add("Reshape", "scale", node.Input(1), channels));
        Value[] results = [Add("Add", "shifted", scaled, Add("Reshape", "bias", node.Input(2), channels)), Moved(3, mean), Moved(4, variance)];
        for (int i = 0; i < node.Outputs.Count; i++)
        {
            if (node.Outputs[i] is { } output)
            {
                graph.ReplaceUses(output, results[i]);
            }
        }

        graph.Remove(node);

        Value Add(string op, string part, params Value[] operands) => graph.Add(op, $"{node.Name}_{part}", operands);

        Value Scalar(float value) => graph.AddConstant("value", Tensor.Scalar(value));

        Value Moved(int input, Value batch)
        {
            Value flat = Add("Reshape", $"batch{input}", batch, graph.AddConstant("flat", Tensor.Vector<long>(-1)));
            return Add("Add", $"moved{input}", Add("Mul", $"kept{input}", node.Input(input), Scalar(momentum)), Add("Mul", $"new{input}", flat, Scalar(1 - momentum)));
        }
    }
}
