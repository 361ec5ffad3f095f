using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Passes;

namespace ModelBuild.Compiler.Tests.Passes;

public sealed class FusePlanarBlocksTests
{
    private readonly TestNet _net = new();
    private readonly IPass _pass = new FusePlanarBlocks();

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Blocks_of_planes_are_interleaved_at_once(long block)
    {
        Value blocks = _net.Add("SpaceToDepth", [_net.Input(2, 3, 6, 12)], new AttributeMap { { "blocksize", block } });

        Graph after = PassCheck.Run(_net.Outputs(_net.Transpose(blocks, 0, 2, 3, 1)), _pass);

        Assert.Equal("*PlanarBlocks", PassCheck.Ops(after));
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public void Slices_joined_by_rows_or_by_columns_are_blocks(bool columnsFirst, long expected)
    {
        Value x = _net.Input(1, 3, 8, 6);
        Value[] parts = [.. Enumerable.Range(0, 4).Select(k => columnsFirst ? Part(x, k % 2, k / 2) : Part(x, k / 2, k % 2))];

        Graph after = PassCheck.Run(_net.Outputs(_net.Transpose(Join(parts), 0, 2, 3, 1)), _pass, new RemoveDeadNodes());

        Assert.Equal("*PlanarBlocks", PassCheck.Ops(after));
        Assert.Equal(expected, after.Nodes[0].Attributes.GetInt("columns_first", 0));
    }

    [Fact]
    public void Other_orders_sizes_and_sources_stay()
    {
        Value x = _net.Input(1, 3, 8, 6);
        Value other = _net.Input(1, 3, 8, 6);
        Value read = Join(Part(x, 0, 0), Part(x, 0, 1), Part(x, 1, 0), Part(x, 1, 1));
        Value[] values =
        [
            _net.Transpose(Join(Part(x, 0, 0), Part(x, 1, 1), Part(x, 1, 0), Part(x, 0, 1)), 0, 2, 3, 1),
            _net.Transpose(Join(Part(x, 0, 0), Part(x, 0, 1), Part(x, 1, 0), Part(other, 1, 1)), 0, 2, 3, 1),
            _net.Transpose(Join(Part(x, 0, 0), Part(x, 0, 1)), 0, 2, 3, 1),
            _net.Transpose(Join(Part(x, 0, 0), Part(x, 0, 1), Part(x, 1, 0), Part(x, 1, 1)), 0, 3, 2, 1),
            read, _net.Transpose(read, 0, 2, 3, 1),
        ];

        PassCheck.Untouched(_net.Outputs(values), _pass);
    }

    /// <summary>Every second row and column, in two slices.</summary>
    private Value Part(Value x, long row, long column) => Slice(Slice(x, row, 2), column, 3);

    private Value Slice(Value x, long start, long axis) =>
        _net.Add("Slice", [x, _net.Longs(start), _net.Longs(long.MaxValue), _net.Longs(axis), _net.Longs(2)]);

    private Value Join(params Value[] parts) => _net.Add("Concat", parts, new AttributeMap { { "axis", 1L } });
}
