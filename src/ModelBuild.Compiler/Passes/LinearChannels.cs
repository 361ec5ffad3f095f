using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Passes;

/// <summary>A Conv, ConvTranspose, Gemm or MatMul with constant weights and bias, and which channels each of its weights connects.</summary>
/// <param name="Node">Its input 1 holds the weights.</param>
/// <param name="Inputs">Channels of the operand.</param>
/// <param name="Outputs">Channels of the result.</param>
/// <param name="Of">The channels of a weight, by its position.</param>
internal sealed record LinearChannels(Node Node, int Inputs, int Outputs, Func<int, (int In, int Out)> Of)
{
    private const int BiasInput = 2;

    /// <summary>Recognises such a node, or returns null.</summary>
    public static LinearChannels? Match(Node? node)
    {
        bool matches = node is { Domain: "", OpType: "Conv" or "ConvTranspose" or "Gemm" or "MatMul" } && node.InputOrNull(1)?.Constant is { DType: DType.F32, Rank: > 1 } && node.InputOrNull(0) is { IsConstant: false };
        if (!matches)
        {
            return null;
        }

        LinearChannels? linear = Describe(node!, node!.Input(1).Constant!, (int)node.Attributes.GetInt("group", 1));
        return linear is not null && (node.InputOrNull(BiasInput) is not { } bias || linear.Fits(bias.Constant)) ? linear : null;
    }

    /// <summary>The axis of the channels in an operand or a result of that rank.</summary>
    public int Axis(int rank) => Node.OpType == "MatMul" ? rank - 1 : 1;

    /// <summary>True where positions outside of the operand count as 0 for some results, or others: a shift before the node would be missing there.</summary>
    public bool MixesZeros => Node.OpType == "ConvTranspose"
        || (Node.OpType == "Conv" && (Node.Attributes.GetInts("pads")?.Any(p => p != 0) == true || Node.Attributes.GetString("auto_pad", "NOTSET") is not ("NOTSET" or "VALID")));

    /// <summary>True where a summand per channel of the result can become the bias.</summary>
    public bool TakesBias => Node.OpType != "MatMul" || Node.Input(0).Type.Shape is { Rank: 2 };

    /// <summary>Multiplies every weight by a factor and gives the node a bias; a MatMul that needs one becomes a Gemm.</summary>
    /// <param name="factor">By input and output channel.</param>
    /// <param name="bias">One per output channel, or null to leave the node without.</param>
    /// <returns>The node that stands for it now.</returns>
    public Node Rewrite(Graph graph, Func<int, int, double> factor, double[]? bias)
    {
        Tensor w = Node.Input(1).Constant!;
        float[] weights = w.Span<float>().ToArray();
        for (int i = 0; i < weights.Length; i++)
        {
            (int input, int output) = Of(i);
            weights[i] = (float)(weights[i] * factor(input, output));
        }

        Value scaled = graph.AddConstant(Node.Input(1).Name, Tensor.Create<float>(weights, w.Dims));
        Value? summands = bias is null ? null : graph.AddConstant($"{Node.Name}_bias", Tensor.Vector<float>([.. bias.Select(b => (float)b)]));
        Node node = Node;
        if (summands is not null && Node.OpType == "MatMul")
        {
            node = graph.AddNode("", "Gemm", Node.Name, [Node.Input(0), scaled, summands], [$"{Node.Name}_result"]);
            node.FusedFrom.AddRange(Node.FusedFrom);
            graph.ReplaceUses(Node.Output, node.Output);
            graph.Remove(Node);
            return node;
        }

        node.SetInput(1, scaled);
        if (summands is not null)
        {
            node.SetInput(BiasInput, summands);
            node.Attributes.Remove("beta");
        }

        return node;
    }

    /// <summary>The bias with its factor, zeros where there is none.</summary>
    public double[] Bias()
    {
        double beta = Node.Attributes.GetFloat("beta", 1);
        double[] given = Node.InputOrNull(BiasInput)?.Constant!.ToDoubleArray() ?? [0];
        return [.. Enumerable.Range(0, Outputs).Select(c => beta * given[given.Length == 1 ? 0 : c])];
    }

    /// <summary>What a shift of the operand adds to each output channel.</summary>
    public double[] Through(double[] shift)
    {
        double alpha = Node.Attributes.GetFloat("alpha", 1);
        ReadOnlySpan<float> weights = Node.Input(1).Constant!.Span<float>();
        double[] sums = new double[Outputs];
        for (int i = 0; i < weights.Length; i++)
        {
            (int input, int output) = Of(i);
            sums[output] += alpha * weights[i] * shift[input];
        }

        return sums;
    }

    private static LinearChannels? Describe(Node node, Tensor w, int group)
    {
        int first = (int)w.Dims[0];
        int second = (int)w.Dims[1];
        int inner = Ops.Axes.Product(w.Dims[2..]);
        bool isMatrix = w.Rank == 2;
        switch (node.OpType)
        {
            case "Conv" when !isMatrix && group > 0 && first % group == 0:
                int outPerGroup = first / group;
                return new LinearChannels(node, second * group, first, i => ((i / (second * inner) / outPerGroup * second) + (i / inner % second), i / (second * inner)));
            case "ConvTranspose" when !isMatrix && group > 0 && first % group == 0:
                int inPerGroup = first / group;
                return new LinearChannels(node, first, second * group, i => (i / (second * inner), (i / (second * inner) / inPerGroup * second) + (i / inner % second)));
            case "Gemm" when isMatrix && node.Attributes.GetInt("transA", 0) == 0 && node.Attributes.GetInt("transB", 0) != 0:
                return new LinearChannels(node, second, first, i => (i % second, i / second));
            case "Gemm" when isMatrix && node.Attributes.GetInt("transA", 0) == 0:
            case "MatMul" when isMatrix:
                return new LinearChannels(node, first, second, i => (i / second, i % second));
            default:
                return null;
        }
    }

    private bool Fits(Tensor? bias) =>
        bias is { DType: DType.F32 } && (bias.Count == 1 || (bias.Count == Outputs && (bias.Rank == 1 || (bias.Rank == 2 && bias.Dims[0] == 1))));
}
