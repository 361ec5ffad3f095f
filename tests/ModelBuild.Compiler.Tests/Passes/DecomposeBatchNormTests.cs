using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Passes;

namespace ModelBuild.Compiler.Tests.Passes;

public sealed class DecomposeBatchNormTests
{
    private readonly TestNet _net = new();

    [Fact]
    public void A_transpose_before_a_normalisation_moves_behind_it()
    {
        Value x = _net.BatchNorm(_net.Transpose(_net.Input(2, 4, 5, 3), 0, 3, 1, 2));
        Graph graph = _net.Outputs(_net.Transpose(x, 0, 2, 3, 1));

        Assert.Equal("Mul Add", PassCheck.Ops(PassCheck.Run(graph, new DecomposeBatchNorm(), new PushTransposes(), new RemoveDeadNodes())));
    }

    [Fact]
    public void Without_a_transpose_or_with_computed_parameters_it_stays()
    {
        Value plain = _net.BatchNorm(_net.Input(2, 3, 4, 5));
        Value moved = _net.Transpose(_net.Input(2, 4, 5, 3), 0, 3, 1, 2);
        Value computed = _net.Add("BatchNormalization", [moved, _net.Input(3), _net.Random(3), _net.Random(3), _net.Positive(3)]);

        PassCheck.Untouched(_net.Outputs(plain, computed), new DecomposeBatchNorm());
    }
}
