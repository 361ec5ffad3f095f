using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Passes;

namespace ModelBuild.Compiler.Tests.Passes;

public sealed class FoldTransposeIntoGemmTests
{
    private readonly TestNet _net = new();
    private readonly IPass _pass = new FoldTransposeIntoGemm();

    [Theory]
    [InlineData(3, 1, 2)]
    [InlineData(2, 3, 1)]
    [InlineData(1, 3, 2)]
    public void The_weights_take_the_order_of_the_image(long a, long b, long c)
    {
        Value flat = _net.Add("Flatten", [_net.Transpose(_net.Input(2, 3, 4, 5), 0, a, b, c)]);

        Graph after = PassCheck.Run(_net.Outputs(_net.FusedGemm(flat, 6)), _pass);

        Assert.Equal("Reshape *Gemm", PassCheck.Ops(after));
    }

    [Fact]
    public void A_moved_batch_stays()
    {
        Value flat = _net.Add("Flatten", [_net.Transpose(_net.Input(2, 3, 4, 5), 1, 0, 2, 3)]);

        PassCheck.Untouched(_net.Outputs(_net.FusedGemm(flat, 6)), _pass);
    }

    [Fact]
    public void A_flattening_at_another_axis_stays()
    {
        Value flat = _net.Add("Reshape", [_net.Transpose(_net.Input(2, 3, 4, 5), 0, 2, 3, 1), _net.Longs(8, 15)]);

        PassCheck.Untouched(_net.Outputs(_net.FusedGemm(flat, 6)), _pass);
    }

    [Fact]
    public void A_value_that_is_also_read_elsewhere_stays()
    {
        Value moved = _net.Transpose(_net.Input(2, 3, 4, 5), 0, 2, 3, 1);
        Value flat = _net.Add("Flatten", [_net.Transpose(_net.Input(2, 3, 4, 5), 0, 2, 3, 1)]);

        PassCheck.Untouched(_net.Outputs(moved, flat, _net.FusedGemm(_net.Add("Flatten", [moved]), 6), _net.FusedGemm(flat, 6)), _pass);
    }
}
