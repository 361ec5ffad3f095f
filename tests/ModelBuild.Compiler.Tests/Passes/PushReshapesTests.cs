using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Passes;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Tests.Planning;

namespace ModelBuild.Compiler.Tests.Passes;

public sealed class PushReshapesTests
{
    private readonly TestNet _net = new();
    private readonly IPass _pass = new PushReshapes();

    [Fact]
    public void Functions_and_sums_of_values_reshaped_alike_move_in_front()
    {
        Value a = _net.Add("Reshape", [_net.Input(2, 3, 4), _net.Longs(0, -1)]);
        Value b = _net.Add("Flatten", [_net.Input(2, 3, 4)]);
        Value y = _net.Add("Mul", [_net.Add("Relu", [_net.Add("Add", [a, b])]), _net.Scalar(3)]);

        Graph after = PassCheck.Run(_net.Outputs(y), _pass, new RemoveDeadNodes());

        Assert.Equal("Add Relu Mul Reshape", PassCheck.Ops(after));
    }

    [Fact]
    public void Other_operands_stay()
    {
        Value x = _net.Add("Reshape", [_net.Input(2, 3, 4), _net.Longs(2, 12)]);
        Value other = _net.Add("Reshape", [_net.Input(3, 2, 4), _net.Longs(2, 12)]);
        Value row = _net.Add("Reshape", [_net.Input(3, 4), _net.Longs(1, 12)]);
        Value[] values =
        [
            _net.Add("Add", [x, other]), _net.Add("Add", [x, row]), _net.Add("Add", [x, _net.Input(2, 12)]), _net.Add("Mul", [x, _net.Random(12)]), _net.Add("Softmax", [x]),
            _net.Add("Add", [_net.Add("Reshape", [_net.Input(4), _net.Longs(2, 2)]), _net.Graph.AddConstant("c", Tensor.Create<float>([1], 1, 1))]),
        ];

        Graph graph = _net.Outputs(values);

        PassCheck.Untouched(graph, _pass);
    }

    [Fact]
    public void Nothing_but_the_first_change_of_layout_is_left_between_lines()
    {
        Value x = Line(_net.Input(1, 4, 20), 8);
        Value y = _net.Add("Relu", [_net.Add("Add", [x, _net.Add("LeakyRelu", [Line(_net.Add("Relu", [Line(x, 8)]), 8)])])]);
        y = _net.Add("Gemm", [_net.Add("Flatten", [_net.Add("MaxPool", [y], new AttributeMap { { "kernel_shape", [2L] }, { "strides", [2L] } })]), _net.Random(80, 3)]);

        CompiledModel model = PlanAgainstReference.Check(_net.Outputs(y));

        Assert.Equal(["Transpose.Run", "Conv.F32", "Conv.F32", "Conv.F32", "Binary.Add", "Unary.ReluF32", "MaxPool.Run", "Gemm.F32"], model.Plan.Steps.Select(s => s.Kernel));
    }

    [Fact]
    public void Activation_and_sum_over_lines_are_the_convolutions_own()
    {
        Value x = _net.Add("Relu", [Line(_net.Input(1, 4, 20), 8)]);
        Value y = _net.Add("Relu", [_net.Add("Add", [x, Line(_net.Add("HardSwish", [Line(x, 6)]), 8)])]);

        CompiledModel model = PlanAgainstReference.Check(_net.Outputs(y));

        Assert.Equal(["Transpose.Run", "Conv.F32", "Conv.F32", "Conv.F32", "Transpose.Run"], model.Plan.Steps.Select(s => s.Kernel));
    }

    /// <summary>A convolution over [N,C,W] of width 3 with padding 1.</summary>
    private Value Line(Value x, long outC) => _net.Add("Conv", [x, _net.Random(outC, x.Type.Shape![1].Value, 3), _net.Random(outC)], new AttributeMap { { "pads", [1L, 1] } });
}
