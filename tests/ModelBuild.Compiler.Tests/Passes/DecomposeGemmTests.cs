using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Passes;
using ModelBuild.Compiler.Tests.Planning;

namespace ModelBuild.Compiler.Tests.Passes;

public sealed class DecomposeGemmTests
{
    private readonly TestNet _net = new();
    private readonly IPass _pass = new DecomposeGemm();

    [Theory]
    [InlineData(0, 0, 1f, 1f, "MatMul Add")]
    [InlineData(1, 0, 1f, 1f, "Transpose MatMul Add")]
    [InlineData(0, 1, 0.5f, 1f, "Transpose MatMul Mul Add")]
    [InlineData(1, 1, 2f, 3f, "Transpose Transpose MatMul Mul Mul Add")]
    [InlineData(0, 0, 1f, 0f, "MatMul")]
    public void Computed_operands_are_multiplied_step_by_step_and_have_kernels(long transA, long transB, float alpha, float beta, string ops)
    {
        Value a = transA == 0 ? _net.Input(3, 4) : _net.Input(4, 3);
        Value b = transB == 0 ? _net.Input(4, 5) : _net.Input(5, 4);
        AttributeMap attributes = new() { { "transA", transA }, { "transB", transB }, { "alpha", alpha }, { "beta", beta } };
        Graph graph = _net.Outputs(_net.Add("Gemm", [a, b, _net.Input(3, 1)], attributes));

        Graph after = PassCheck.Run(graph, _pass);

        Assert.Equal(ops.Split(' ').Order(), PassCheck.Ops(after).Split(' ').Order());
        PlanAgainstReference.Check(graph);
    }

    [Fact]
    public void The_fused_form_stays()
    {
        PassCheck.Untouched(_net.Outputs(_net.FusedGemm(_net.Input(2, 3), 4)), _pass);
    }
}
