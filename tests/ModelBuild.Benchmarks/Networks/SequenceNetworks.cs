using ModelBuild.Compiler.Ir;

namespace ModelBuild.Benchmarks.Networks;

/// <summary>Recurrent networks and a transformer.</summary>
internal static class SequenceNetworks
{
    private const long Steps = 32;
    private const long Features = 64;
    private const long Hidden = 128;
    private const long Tokens = 64;
    private const long Width = 128;
    private const long Heads = 4;
    private const long Feed = 512;
    private const int Layers = 2;

    /// <summary>An LSTM over 32 steps and a layer on its last state.</summary>
    public static byte[] Lstm() => Recurrent("LSTM", 4);

    /// <summary>A GRU over 32 steps and a layer on its last state.</summary>
    public static byte[] Gru() => Recurrent("GRU", 3);

    /// <summary>Two encoder layers over 64 tokens of 128 numbers with 4 heads, as PyTorch exports them, normalised before each part.</summary>
    public static byte[] Transformer()
    {
        NetworkBuilder net = new("transformer");
        Value x = net.Input(1, Tokens, Width);
        for (int i = 0; i < Layers; i++)
        {
            x = net.Add("Add", [x, Attention(net, Normalised(net, x))]);
            Value y = Projected(net, Gelu(net, Projected(net, Normalised(net, x), Feed)), Width);
            x = net.Add("Add", [x, y]);
        }

        return net.Finish(Normalised(net, x));
    }

    private static byte[] Recurrent(string opType, long gates)
    {
        NetworkBuilder net = new(opType.ToLowerInvariant());
        float scale = 1 / MathF.Sqrt(Hidden);
        AttributeMap attributes = new() { { "hidden_size", Hidden } };
        if (opType == "GRU")
        {
            attributes.Add("linear_before_reset", 1L);
        }

        Value?[] inputs = [net.Input(Steps, 1, Features), net.Draw(scale, 1, gates * Hidden, Features), net.Draw(scale, 1, gates * Hidden, Hidden), net.Draw(scale, 1, 2 * gates * Hidden)];
        Node node = net.AddNode(opType, inputs, attributes, 2);
        Value last = net.Add("Reshape", [node.Outputs[1], net.Longs(1, Hidden)]);
        return net.Finish(net.Dense(last, 16, gain: 1));
    }

    private static Value Attention(NetworkBuilder net, Value x)
    {
        Value query = Split(net, Projected(net, x, Width), 0, 2, 1, 3);
        Value key = Split(net, Projected(net, x, Width), 0, 2, 3, 1);
        Value value = Split(net, Projected(net, x, Width), 0, 2, 1, 3);
        Value scores = net.Add("Div", [net.Add("MatMul", [query, key]), net.Constant(Tensor.Scalar(MathF.Sqrt(Width / Heads)))]);
        Value mixed = net.Add("Transpose", [net.Add("MatMul", [net.Softmax(scores), value])], new AttributeMap { { "perm", [0L, 2, 1, 3] } });
        return Projected(net, net.Add("Reshape", [mixed, net.Longs(1, Tokens, Width)]), Width);
    }

    private static Value Split(NetworkBuilder net, Value x, params long[] order) =>
        net.Add("Transpose", [net.Add("Reshape", [x, net.Longs(1, Tokens, Heads, Width / Heads)])], new AttributeMap { { "perm", order } });

    private static Value Projected(NetworkBuilder net, Value x, long outputs)
    {
        long inputs = x.Type.Shape![2].Value;
        return net.Add("Add", [net.Add("MatMul", [x, net.Draw(MathF.Sqrt(3f / inputs), inputs, outputs)]), net.Draw(0.1f, outputs)]);
    }

    private static Value Normalised(NetworkBuilder net, Value x) =>
        net.Add("LayerNormalization", [x, net.Draw(1, Width), net.Draw(0.1f, Width)], new AttributeMap { { "axis", -1L }, { "epsilon", 1e-5f } });

    // x * (1 + erf(x / sqrt 2)) / 2
    private static Value Gelu(NetworkBuilder net, Value x)
    {
        Value erf = net.Add("Erf", [net.Add("Div", [x, net.Constant(Tensor.Scalar(MathF.Sqrt(2)))])]);
        Value gated = net.Add("Mul", [x, net.Add("Add", [erf, net.Constant(Tensor.Scalar(1f))])]);
        return net.Add("Mul", [gated, net.Constant(Tensor.Scalar(0.5f))]);
    }
}
