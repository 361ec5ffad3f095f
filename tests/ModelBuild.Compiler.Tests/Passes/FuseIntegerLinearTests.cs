using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Passes;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Tests.Planning;

namespace ModelBuild.Compiler.Tests.Passes;

public sealed class FuseIntegerLinearTests
{
    private readonly Graph _graph = new(Operators.Set);
    private readonly Random _random = new(4);

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Product_scale_bias_and_activation_become_one_step(bool isConv, bool unsignedWeights)
    {
        Value y = Scaled(isConv, unsignedWeights, out Value[] _);
        Value bias = _graph.AddConstant("bias", PlanAgainstReference.Filled(_random, isConv ? [6, 1, 1] : [6]));

        string[] kernels = Check(_graph.Add("Relu", "relu", [_graph.Add("Add", "add", [y, bias])]));

        Assert.Equal(["DynamicQuantize.F32", isConv ? "ConvU8S8.ToF32Dynamic" : "GemmU8S8.ToF32Dynamic"], kernels.Where(k => !k.StartsWith("Transpose", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Integer_result_is_kept_where_it_is_asked_for(bool isConv)
    {
        _ = Scaled(isConv, unsignedWeights: true, out Value[] parts);

        Assert.Contains(isConv ? "ConvU8S8.ToS32Dynamic" : "GemmU8S8.ToS32Dynamic", Check(parts[0]));
    }

    [Fact]
    public void A_scale_of_another_axis_is_not_taken_in()
    {
        Value y = Scaled(isConv: false, unsignedWeights: false, out Value[] parts);
        Value rows = _graph.Add("Mul", "rows", [parts[1], _graph.AddConstant("rowScales", PlanAgainstReference.Filled(_random, 6, 1))]);

        Assert.Contains("GemmU8S8.ToS32Dynamic", Check(_graph.Add("Add", "both", [rows, y])));
    }

    /// <summary>DynamicQuantizeLinear, the product, Cast, and Mul by both scales.</summary>
    private Value Scaled(bool isConv, bool unsignedWeights, out Value[] parts)
    {
        long[] dims = isConv ? [6, 3, 3, 3] : [10, 6];
        Value x = _graph.AddInput("x", new TensorType(DType.F32, Shape.Of(isConv ? [1, 3, 7, 5] : [6, 10])));
        Node q = _graph.AddNode("", "DynamicQuantizeLinear", "q", [x], ["q", "s", "z"]);
        byte[] bytes = new byte[dims.Aggregate(1L, (a, b) => a * b)];
        _random.NextBytes(bytes);
        Value w = _graph.AddConstant("w", new Tensor(unsignedWeights ? DType.U8 : DType.I8, dims, bytes));
        Value? zero = unsignedWeights ? _graph.AddConstant("wz", Tensor.Scalar((byte)120)) : null;
        AttributeMap map = isConv ? new AttributeMap { { "pads", [1L, 0, 1, 2] } } : [];
        Value sums = _graph.Add(isConv ? "ConvInteger" : "MatMulInteger", "sums", [q.Output, w, q.Outputs[2], zero], map);
        Value real = _graph.Add("Cast", "real", [sums], new AttributeMap { { "to", (long)DType.F32 } });
        Value scales = _graph.AddConstant("ws", PlanAgainstReference.Filled(_random, isConv ? [6, 1, 1] : [6]));
        parts = [sums, real];
        return _graph.Add("Mul", "scaled", [real, _graph.Add("Mul", "scale", [q.Outputs[1], scales])]);
    }

    /// <summary>Compiles and runs: every step is rounded as the standard operators round it, so the bits are theirs.</summary>
    private string[] Check(Value output)
    {
        _graph.AddOutput("y", output);
        TypeInference.Run(_graph);
        Tensor[] inputs = [.. _graph.Inputs.Select(i => PlanAgainstReference.Filled(_random, i.Type.Shape!.ToArray()))];
        Graph lowered = GraphClone.Clone(_graph);
        PassRunner.Run(lowered, PassPipelines.Lowering, default);
        CompiledModel model = Planner.Plan(lowered);
        using PlanInterpreter plan = new(model);
        double[] expected = ReferenceEvaluator.Run(_graph, inputs)[0].ToDoubleArray();

        Assert.Equal(expected, ReferenceEvaluator.Run(lowered, inputs)[0].ToDoubleArray());
        Assert.Equal(expected, plan.Run(inputs)[0].ToDoubleArray());
        return [.. model.Plan.Steps.Select(s => s.Kernel)];
    }
}
