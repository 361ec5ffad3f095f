using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Passes;
using ModelBuild.Compiler.Planning;

namespace ModelBuild.Compiler.Tests.Passes;

/// <summary>Builds quantised graphs, and runs them as plans.</summary>
internal sealed class QdqGraph(int seed)
{
    private readonly Random _random = new(seed);

    public Graph Graph { get; } = new(Operators.Set);

    public Value Input(params long[] dims) => Graph.AddInput("x", new TensorType(DType.F32, Shape.Of(dims)));

    /// <summary>QuantizeLinear and DequantizeLinear with one scale and zero point.</summary>
    public Value Pair(Value x, float scale, int zero, bool signed = false)
    {
        Value s = Graph.AddConstant("s", Tensor.Scalar(scale));
        Value z = Graph.AddConstant("z", signed ? Tensor.Scalar((sbyte)zero) : Tensor.Scalar((byte)zero));
        return Graph.Add("DequantizeLinear", "dq", [Graph.Add("QuantizeLinear", "q", [x, s, z]), s, z]);
    }

    /// <summary>Random int8 or uint8 weights behind DequantizeLinear, with one scale per channel.</summary>
    /// <param name="zero">Zero point of every channel.</param>
    public (Value Value, float[] Scales) Weights(int axis, bool unsigned, int zero, params long[] dims)
    {
        byte[] bytes = new byte[dims.Aggregate(1L, (a, b) => a * b)];
        _random.NextBytes(bytes);
        float[] scales = [.. Enumerable.Range(0, (int)dims[axis]).Select(_ => 0.002f + (_random.NextSingle() * 0.01f))];
        Value w = Graph.AddConstant("w", new Tensor(unsigned ? DType.U8 : DType.I8, dims, bytes));
        Tensor zeros = unsigned ? Tensor.Vector<byte>([.. scales.Select(_ => (byte)zero)]) : Tensor.Vector<sbyte>([.. scales.Select(_ => (sbyte)zero)]);
        return (Graph.Add("DequantizeLinear", "wdq", [w, Graph.AddConstant("ws", Tensor.Vector<float>(scales)), Graph.AddConstant("wz", zeros)], new AttributeMap { { "axis", (long)axis } }), scales);
    }

    /// <summary>An int32 bias in steps of input scale times weight scale.</summary>
    public Value Bias(float xScale, float[] scales)
    {
        int[] values = [.. scales.Select(_ => _random.Next(-3000, 3000))];
        Value s = Graph.AddConstant("bs", Tensor.Vector<float>([.. scales.Select(v => v * xScale)]));
        return Graph.Add("DequantizeLinear", "bdq", [Graph.AddConstant("b", Tensor.Vector<int>(values)), s], new AttributeMap { { "axis", 0L } });
    }

    /// <summary>
    /// Compiles the graph and runs it: the bits must be those of the lowered graph's reference evaluation, and the values within <paramref name="steps"/> steps of the source graph's, whose binary32
    /// arithmetic breaks ties differently.
    /// </summary>
    public string[] Check(Value output, float step, int steps)
    {
        Graph.AddOutput("y", output);
        TypeInference.Run(Graph);
        Tensor[] inputs = [.. Graph.Inputs.Select(i => Planning.PlanAgainstReference.Filled(_random, i.Type.Shape!.ToArray()))];
        Graph lowered = GraphClone.Clone(Graph);
        PassRunner.Run(lowered, PassPipelines.Optimize, default);
        PassRunner.Run(lowered, PassPipelines.Lowering, default);
        CompiledModel model = Planner.Plan(lowered);
        using PlanInterpreter interpreter = new(model);
        double[] actual = interpreter.Run(inputs)[0].ToDoubleArray();

        Assert.Equal(ReferenceEvaluator.Run(lowered, inputs)[0].ToDoubleArray(), actual);
        double[] expected = ReferenceEvaluator.Run(Graph, inputs)[0].ToDoubleArray();
        Assert.True(actual.Distinct().Count() > 3, "the outputs are all the same");
        Assert.All(expected.Zip(actual), p => Assert.InRange(Math.Abs(p.First - p.Second), 0, (steps + 0.5) * step));
        return [.. model.Plan.Steps.Select(s => s.Kernel)];
    }
}
