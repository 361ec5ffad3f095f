using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;

namespace ModelBuild.Compiler.Tests.Transformers;

/// <summary>The encoder as PyTorch writes it for opset 14: shapes are computed, normalisations and Gelu are spelled out, the mask is made of numbers.</summary>
/// <param name="weights">The parameters.</param>
/// <param name="hasLayerNorm">True to write LayerNormalization as one operator, as it is from opset 17 on.</param>
internal sealed class PrimitiveEncoder(EncoderWeights weights, bool hasLayerNorm)
{
    private readonly Graph _graph = new(Operators.Set, "encoder");
    private int _count;

    /// <summary>Inputs ids, segments and mask [batch, length] of int64; outputs of every token and of the first one pooled.</summary>
    public Graph Build()
    {
        TensorType type = new(DType.I64, new Shape(new Dim("batch"), new Dim("length")));
        Value ids = _graph.AddInput("ids", type);
        Value segments = _graph.AddInput("segments", type);
        Value mask = _graph.AddInput("mask", type);

        // The table of positions is cut to the length at run time.
        Value positions = Add("Slice", [Int64(Enumerable.Range(0, EncoderWeights.Positions).Select(i => (long)i)), Int64([0]), Unsqueeze(SizeOf(ids, 1)), Int64([0])]);
        Value x = Add("Add", [Add("Add", [Rows("words", ids), Rows("segments", segments)]), Rows("positions", positions)]);
        x = Normalize(x, "embedding");
        Value wide = Add("Cast", [Add("Unsqueeze", [mask, Int64([1, 2])])], new AttributeMap { { "to", 1L } });
        Value bias = Add("Mul", [Add("Sub", [Scalar(1), wide]), Scalar(float.MinValue)]);
        for (int layer = 0; layer < EncoderWeights.Layers; layer++)
        {
            x = Normalize(Add("Add", [Attention(x, bias, layer), x]), $"{layer}.attention");
            Value inner = Gelu(Linear(x, $"{layer}.inner"));
            x = Normalize(Add("Add", [Linear(inner, $"{layer}.outer"), x]), $"{layer}.final");
        }

        Value first = Add("Gather", [x, _graph.AddConstant("first", Tensor.Scalar(0L))], new AttributeMap { { "axis", 1L } });
        Value pooled = Add("Gemm", [first, Weight("pooler.weight"), Weight("pooler.bias")]);
        _graph.AddOutput("tokens", x);
        _graph.AddOutput("pooled", Add("Tanh", [pooled]));
        TypeInference.Run(_graph);
        return _graph;
    }

    private Value Attention(Value x, Value bias, int layer)
    {
        Value query = Heads(Linear(x, $"{layer}.query"), [0, 2, 1, 3]);
        Value key = Heads(Linear(x, $"{layer}.key"), [0, 2, 3, 1]);
        Value value = Heads(Linear(x, $"{layer}.value"), [0, 2, 1, 3]);
        Value scores = Add("Div", [Add("MatMul", [query, key]), Scalar(MathF.Sqrt(EncoderWeights.Hidden / EncoderWeights.Heads))]);
        Value probabilities = Add("Softmax", [Add("Add", [scores, bias])], new AttributeMap { { "axis", -1L } });
        Value mixed = Add("Transpose", [Add("MatMul", [probabilities, value])], new AttributeMap { { "perm", [0L, 2L, 1L, 3L] } });
        Value shape = Add("Concat", [Unsqueeze(SizeOf(mixed, 0)), Unsqueeze(SizeOf(mixed, 1)), Int64([EncoderWeights.Hidden])], new AttributeMap { { "axis", 0L } });
        return Linear(Add("Reshape", [mixed, shape]), $"{layer}.output");
    }

    private Value Heads(Value x, long[] order)
    {
        Value[] sizes = [Unsqueeze(SizeOf(x, 0)), Unsqueeze(SizeOf(x, 1)), Int64([EncoderWeights.Heads]), Int64([EncoderWeights.Hidden / EncoderWeights.Heads])];
        Value split = Add("Reshape", [x, Add("Concat", sizes, new AttributeMap { { "axis", 0L } })]);
        return Add("Transpose", [split], new AttributeMap { { "perm", order } });
    }

    private Value Normalize(Value x, string name)
    {
        if (hasLayerNorm)
        {
            return Add("LayerNormalization", [x, Weight($"{name}.gamma"), Weight($"{name}.beta")], new AttributeMap { { "axis", -1L }, { "epsilon", 1e-12f } });
        }

        AttributeMap last = new() { { "keepdims", 1L } };
        Value centered = Add("Sub", [x, Add("ReduceMean", [x, Int64([-1])], last)]);
        Value variance = Add("ReduceMean", [Add("Pow", [centered, Scalar(2)]), Int64([-1])], last.Clone());
        Value scaled = Add("Div", [centered, Add("Sqrt", [Add("Add", [variance, Scalar(1e-12f)])])]);
        return Add("Add", [Add("Mul", [scaled, Weight($"{name}.gamma")]), Weight($"{name}.beta")]);
    }

    private Value Gelu(Value x)
    {
        Value error = Add("Erf", [Add("Div", [x, Scalar(MathF.Sqrt(2))])]);
        return Add("Mul", [Add("Mul", [x, Add("Add", [error, Scalar(1)])]), Scalar(0.5f)]);
    }

    private Value Linear(Value x, string name) => Add("Add", [Weight($"{name}.bias"), Add("MatMul", [x, Weight($"{name}.weight")])]);

    private Value Rows(string table, Value indices) => Add("Gather", [Weight(table), indices], new AttributeMap { { "axis", 0L } });

    private Value SizeOf(Value x, long axis) => Add("Gather", [Add("Shape", [x]), _graph.AddConstant("axis", Tensor.Scalar(axis))], new AttributeMap { { "axis", 0L } });

    private Value Unsqueeze(Value x) => Add("Unsqueeze", [x, Int64([0])]);

    private Value Weight(string name) => _graph.AddConstant(name, weights[name]);

    private Value Scalar(float value) => _graph.AddConstant("scalar", Tensor.Scalar(value));

    private Value Int64(IEnumerable<long> values) => _graph.AddConstant("ints", Tensor.Vector<long>([.. values]));

    private Value Add(string opType, IReadOnlyList<Value?> inputs, AttributeMap? attributes = null)
    {
        Value value = _graph.Add(opType, $"{opType}_{_count++}", inputs, attributes);
        TypeInference.Run(value.Producer!);
        return value;
    }
}
