using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Tests.Ops;
using ModelBuild.Compiler.Tests.Ops.Contrib;

namespace ModelBuild.Compiler.Tests.Transformers;

/// <summary>A decoder block of today's language models in the operators of opset 23: RMS normalisation, rotated grouped heads with a cache, a gated inner layer.</summary>
public sealed class DecoderTests
{
    private const int Hidden = 24;
    private const int Heads = 6;
    private const int KeyHeads = 2;
    private const int Size = 4;
    private const int Inner = 40;
    private const int Positions = 16;

    /// <summary>One block of sums in binary32, in another order than ONNX Runtime's.</summary>
    private const double Tolerance = 2e-5;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void BlockEqualsOnnxRuntime(int batch)
    {
        Tensor x = ContribCheck.Random(1, batch, 6, Hidden);
        Graph whole = Build(batch, past: 0, length: 6);
        ContribCheck.AssertNear("whole", OnnxRuntimeReference.Run(whole, [x, Places(batch, 0, 6)]), OpHarness.RunPlan(whole, [x, Places(batch, 0, 6)]), Tolerance);
    }

    [Fact]
    public void TokenAfterTokenWithACacheIsTheWholeAtOnce()
    {
        const int Batch = 2;
        Tensor x = ContribCheck.Random(1, Batch, 6, Hidden);
        Tensor[] whole = OpHarness.RunPlan(Build(Batch, past: 0, length: 6), [x, Places(Batch, 0, 6)]);
        Tensor[] state = OpHarness.RunPlan(Build(Batch, past: 0, length: 4), [Tokens(x, 0, 4), Places(Batch, 0, 4)]);
        ContribCheck.AssertNear("first", [Tokens(whole[0], 0, 4)], state[..1], Tolerance);
        for (int token = 4; token < 6; token++)
        {
            Graph step = Build(Batch, past: token, length: 1);
            Tensor[] inputs = [Tokens(x, token, 1), Places(Batch, token, 1), state[1], state[2]];
            state = OpHarness.RunPlan(step, inputs);
            ContribCheck.AssertNear("step", OnnxRuntimeReference.Run(step, inputs), state, Tolerance);
            ContribCheck.AssertNear("token", [Tokens(whole[0], token, 1)], state[..1], Tolerance);
        }

        ContribCheck.AssertNear("cache", whole[1..], state[1..], Tolerance);
    }

    /// <summary>Inputs x, positions and, after earlier tokens, keys and values; outputs y, keys and values.</summary>
    private static Graph Build(int batch, int past, int length)
    {
        Graph graph = new(Operators.Set, "decoder");
        graph.Opsets[""] = 23;
        Value x = graph.AddInput("x", new TensorType(DType.F32, Shape.Of(batch, length, Hidden)));
        Value positions = graph.AddInput("positions", new TensorType(DType.I64, Shape.Of(batch, length)));
        TensorType cache = new(DType.F32, Shape.Of(batch, KeyHeads, past, Size));
        Value? keys = past == 0 ? null : graph.AddInput("past_key", cache);
        Value? values = past == 0 ? null : graph.AddInput("past_value", cache);
        Value normal = Normalized(x, 2);
        Value query = Rotated(Product(normal, 3, Hidden, Heads * Size), Heads);
        Value key = Rotated(Product(normal, 4, Hidden, KeyHeads * Size), KeyHeads);
        AttributeMap attributes = new() { { "q_num_heads", (long)Heads }, { "kv_num_heads", (long)KeyHeads }, { "is_causal", 1L } };
        List<Value?> operands = [query, key, Product(normal, 5, Hidden, KeyHeads * Size)];
        operands.AddRange(past == 0 ? [] : [null, keys, values]);
        Node attention = graph.AddNode("", "Attention", "attention", operands, ["mixed", "present_key", "present_value"], attributes);
        Value sum = graph.Add("Add", "sum", [x, Product(attention.Outputs[0]!, 6, Heads * Size, Hidden)]);
        Value inner = Normalized(sum, 7);
        Value gate = Product(inner, 8, Hidden, Inner);
        Value gated = graph.Add("Mul", "gated", [graph.Add("Mul", "silu", [gate, graph.Add("Sigmoid", "sigmoid", [gate])]), Product(inner, 9, Hidden, Inner)]);
        graph.AddOutput("y", graph.Add("Add", "y", [sum, Product(gated, 10, Inner, Hidden)]));
        graph.AddOutput("present_key", attention.Outputs[1]!);
        graph.AddOutput("present_value", attention.Outputs[2]!);
        TypeInference.Run(graph);
        return graph;

        Value Product(Value value, int seed, int depth, int columns) => graph.Add("MatMul", $"product{seed}", [value, graph.AddConstant("weight", ContribCheck.Random(seed, depth, columns))]);

        Value Normalized(Value value, int seed) => graph.Add("RMSNormalization", $"norm{seed}", [value, graph.AddConstant("scale", ContribCheck.Random(seed, Hidden))], new AttributeMap { { "epsilon", 1e-6f } });

        Value Rotated(Value value, int heads)
        {
            float[] angles = [.. Enumerable.Range(0, Positions * Size / 2).Select(i => (i / (Size / 2)) / MathF.Pow(100, i % (Size / 2)))];
            Tensor cosines = Tensor.Create<float>([.. angles.Select(MathF.Cos)], Positions, Size / 2);
            Tensor sines = Tensor.Create<float>([.. angles.Select(MathF.Sin)], Positions, Size / 2);
            return graph.Add("RotaryEmbedding", $"rotary{heads}", [value, graph.AddConstant("cos", cosines), graph.AddConstant("sin", sines), positions], new AttributeMap { { "num_heads", (long)heads } });
        }
    }

    private static Tensor Places(int batch, int first, int count) => Tensor.Create<long>([.. Enumerable.Range(0, batch * count).Select(i => (long)first + (i % count))], batch, count);

    private static Tensor Tokens(Tensor x, int first, int count)
    {
        int length = (int)x.Dims[1];
        float[] values = [.. x.Span<float>().ToArray().Where((_, i) => i / Hidden % length >= first && i / Hidden % length < first + count)];
        return Tensor.Create<float>(values, x.Dims[0], count, Hidden);
    }
}
