using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Pruning.Channels;

/// <summary>
/// Makes up for channels that are about to go. On calibration data each of them is approximated by those that stay (least squares over samples and positions,
/// with a small ridge), and the weights that read it are added, times the coefficients, to the weights that read the others. Where no zero padding lies between,
/// the approximation has a constant, which goes into the bias.
/// </summary>
internal static class ChannelRepair
{
    /// <summary>Part of the mean square of the channels that is added to the diagonal, against nearly equal channels.</summary>
    private const double Ridge = 1e-3;

    /// <summary>Changes the weights of the layers that read removed channels; the shapes stay.</summary>
    public static void Apply(Graph graph, ChannelMap map, IReadOnlySet<int> removed, PruningContext context, CancellationToken cancellation)
    {
        ChannelSlice[] readers = [.. map.Slices.Where(s => s.Role == ChannelRole.Reader && s.Node.Input(1).Constant!.DType == DType.F32 && s.Channels.Any(c => removed.Contains(map.Sets.Find(c))))];
        IReadOnlyDictionary<Value, ChannelMoments> moments = Measure(graph, map, [.. readers.Select(r => r.Node.Input(0)).Distinct()], context, cancellation);
        foreach (ChannelSlice reader in readers)
        {
            cancellation.ThrowIfCancellationRequested();
            Fold(graph, reader, moments[reader.Node.Input(0)], c => removed.Contains(map.Sets.Find(c)));
        }
    }

    private static Dictionary<Value, ChannelMoments> Measure(Graph graph, ChannelMap map, Value[] values, PruningContext context, CancellationToken cancellation)
    {
        Dictionary<Value, ChannelMoments> moments = values.ToDictionary(v => v, v => new ChannelMoments(v.Name, map.Find(v)!, context.Samples.Count));
        Graph observed = GraphClone.Clone(graph);
        Dictionary<string, Value> byName = observed.Nodes.SelectMany(n => n.Outputs).OfType<Value>().ToDictionary(v => v.Name, StringComparer.Ordinal);
        int first = observed.Outputs.Count;
        for (int i = 0; i < values.Length; i++)
        {
            observed.AddOutput($"observed:{i}", byName[values[i].Name]);
        }

        using IGraphRunner runner = context.CreateRunner(observed);
        foreach (IReadOnlyList<Tensor> sample in context.Samples)
        {
            IReadOnlyList<Tensor> outputs = runner.Run(sample, cancellation);
            for (int i = 0; i < values.Length; i++)
            {
                moments[values[i]].Add(outputs[first + i]);
            }
        }

        return moments;
    }

    private static void Fold(Graph graph, ChannelSlice reader, ChannelMoments moments, Func<int, bool> isRemoved)
    {
        int[] kept = [.. Enumerable.Range(0, moments.Channels.Length).Where(i => !isRemoved(moments.Channels[i]))];
        int[] gone = [.. Enumerable.Range(0, moments.Channels.Length).Where(i => isRemoved(moments.Channels[i]))];
        bool constant = TakesConstant(reader.Node);
        double[][] coefficients = Approximate(moments, kept, gone, constant);
        Tensor weights = reader.Node.Input(1).Constant!;
        (int outer, int length, int inner) = Ops.Axes.Split(weights.Dims, reader.Axis);
        int[][] positions = ChannelMoments.Positions(reader.Channels, moments.Channels);
        float[] values = weights.Span<float>().ToArray();
        float[] bias = constant ? reader.Node.Input(2).Constant!.Span<float>().ToArray() : [];
        double[] shifts = [.. gone.Select((g, r) => moments.Mean(g) - kept.Select((m, k) => coefficients[k][r] * moments.Mean(m)).Sum())];
        double[] read = new double[gone.Length];
        for (int o = 0; o < outer; o++)
        {
            for (int i = 0; i < inner; i++)
            {
                for (int p = 0; p < positions[0].Length; p++)
                {
                    for (int r = 0; r < gone.Length; r++)
                    {
                        read[r] = values[(((o * length) + positions[gone[r]][p]) * inner) + i];
                    }

                    for (int k = 0; k < kept.Length; k++)
                    {
                        ref float value = ref values[(((o * length) + positions[kept[k]][p]) * inner) + i];
                        value = (float)(value + Dot(coefficients[k], read));
                    }

                    if (constant)
                    {
                        // The outputs of a convolution lie along the axis before the one it reads; those of a matrix along the other one.
                        int output = reader.Axis == 1 ? o : i;
                        bias[output] = (float)(bias[output] + Dot(shifts, read));
                    }
                }
            }
        }

        reader.Node.SetInput(1, graph.AddConstant(reader.Node.Input(1).Name, Tensor.Create<float>(values, weights.Dims)));
        if (constant)
        {
            reader.Node.SetInput(2, graph.AddConstant(reader.Node.Input(2).Name, Tensor.Create<float>(bias, reader.Node.Input(2).Constant!.Dims)));
        }
    }

    private static double[][] Approximate(ChannelMoments moments, int[] kept, int[] gone, bool centred)
    {
        double Covariance(int i, int j) => moments.Product(i, j) - (centred ? moments.Mean(i) * moments.Mean(j) : 0);
        double ridge = (Ridge * kept.Sum(k => Covariance(k, k)) / kept.Length) + double.Epsilon;
        double[][] a = [.. kept.Select((k, row) => kept.Select((m, column) => Covariance(k, m) + (row == column ? ridge : 0)).ToArray())];
        double[][] b = [.. kept.Select(k => gone.Select(g => Covariance(k, g)).ToArray())];
        if (a.Where((row, i) => row[i] > 0).Count() < kept.Length)
        {
            return [.. kept.Select(_ => new double[gone.Length])];
        }

        LeastSquares.Solve(a, b);
        return b;
    }

    /// <summary>True when the node adds a bias per output and reads no padding, where a removed channel is zero and not its approximation.</summary>
    private static bool TakesConstant(Node node)
    {
        bool hasBias = node.InputOrNull(2)?.Constant is { DType: DType.F32 } bias && bias.Count > 1 && bias.Count == bias.Dims[^1];
        AttributeMap attributes = node.Attributes;
        return hasBias && node.OpType switch
        {
            "Gemm" => attributes.GetFloat("alpha", 1) == 1 && attributes.GetFloat("beta", 1) == 1,
            "Conv" => attributes.GetString("auto_pad", "NOTSET") is "VALID" or "NOTSET" && (attributes.GetInts("pads") ?? []).All(p => p == 0),
            _ => false,
        };
    }

    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }
}
