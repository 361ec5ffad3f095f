using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Passes;

namespace ModelBuild.Compiler.Tests.Passes;

public sealed class FuseMatMulAddTests
{
    private readonly TestNet _net = new();
    private readonly IPass _pass = new FuseMatMulAdd();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_product_and_one_summand_per_column_become_one_node(bool swapped)
    {
        Value y = _net.Add("MatMul", [_net.Input(3, 5), _net.Random(5, 4)]);

        Graph after = PassCheck.Run(_net.Outputs(swapped ? _net.Add("Add", [_net.Random(1, 4), y]) : _net.Add("Add", [y, _net.Random(4)])), _pass);

        Assert.Equal("Gemm", PassCheck.Ops(after));
    }

    [Fact]
    public void Other_summands_and_products_stay()
    {
        Value x = _net.Input(4, 5);
        Value Product(Value operand) => _net.Add("MatMul", [operand, _net.Random(5, 4)]);
        Value shared = Product(x);
        Value[] values =
        [
            _net.Add("Add", [Product(x), _net.Random(4, 1)]), _net.Add("Add", [Product(x), _net.Random(4, 4)]), _net.Add("Add", [Product(x), _net.Random(1, 1, 4)]), _net.Add("Add", [Product(x), _net.Scalar(2)]),
            _net.Add("Add", [Product(x), _net.Input(4)]), _net.Add("Add", [Product(_net.Input(2, 3, 5)), _net.Random(4)]), _net.Add("Add", [_net.Add("MatMul", [x, _net.Input(5, 4)]), _net.Random(4)]),
            _net.Add("Add", [shared, _net.Random(4)]), _net.Add("Relu", [shared]),
        ];

        PassCheck.Untouched(_net.Outputs(values), _pass);
    }
}
