using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Ops.Contrib;

/// <summary>Operators of com.microsoft that move, choose and measure, against ONNX Runtime.</summary>
public sealed class ContribVariousTests
{
    /// <summary>ONNX Runtime rounds the activations of a quantised LSTM to 8 bits in every step; ours stay in binary32.</summary>
    private const double QuantizedActivations = 0.03;

    [Theory]
    [InlineData(4, 64, 16, false)]
    [InlineData(4, 64, 32, true)]
    [InlineData(4, 80, 32, true)]
    [InlineData(8, 48, 16, true)]
    [InlineData(8, 32, 32, false)]
    public void GatherBlockQuantizedOfBytes(int bits, int length, int block, bool hasZeros)
    {
        int blocks = (length + block - 1) / block;
        AttributeMap attributes = new() { { "bits", (long)bits }, { "block_size", (long)block }, { "gather_axis", 0L }, { "quantize_axis", 1L } };
        Tensor?[] inputs =
        [
            ContribCheck.RandomBytes(1, DType.U8, 10, length * bits / 8), Tensor.Create<long>([3, 9, 0, 3, -1, 5], 2, 3), ContribCheck.Random(2, 10, blocks),
            hasZeros ? ContribCheck.RandomBytes(3, DType.U8, 10, ((blocks * bits) + 7) / 8) : null,
        ];
        ContribCheck.Run("GatherBlockQuantized", attributes, hasZeros ? inputs : inputs[..3], [1]);
    }

    [Theory]
    [InlineData(DType.U4, 0, 1, false)]
    [InlineData(DType.I4, 1, 0, true)]
    [InlineData(DType.I4, 0, 2, true)]
    public void GatherBlockQuantizedOfSmallIntegers(DType type, int gathered, int quantized, bool hasZeros)
    {
        long[] dims = [32, 3, 48];
        long[] blocks = [.. dims.Select((d, i) => i == quantized ? (d + 15) / 16 : d)];
        AttributeMap attributes = new() { { "block_size", 16L }, { "gather_axis", (long)gathered }, { "quantize_axis", (long)quantized } };
        Tensor[] inputs = [Small(1, type, dims), Tensor.Vector(2, 0), ContribCheck.Random(2, blocks), Small(3, type, blocks)];
        ContribCheck.Run("GatherBlockQuantized", attributes, hasZeros ? inputs : inputs[..3], [1]);
    }

    [Fact]
    public void GatherBlockQuantizedRefusesWhatItCannotRead()
    {
        Tensor?[] inputs = [ContribCheck.RandomBytes(1, DType.U8, 10, 32), Tensor.Vector(1L), ContribCheck.Random(2, 10, 3)];
        ContribCheck.Refuses(Descriptors.ShapeMismatch, "GatherBlockQuantized", new AttributeMap { { "block_size", 16L } }, inputs);
        ContribCheck.Refuses(Descriptors.InvalidNode, "GatherBlockQuantized", new AttributeMap { { "block_size", 24L } }, inputs);
        ContribCheck.Refuses(Descriptors.InvalidNode, "GatherBlockQuantized", new AttributeMap { { "block_size", 16L }, { "gather_axis", 1L } }, inputs);
        ContribCheck.Refuses(Descriptors.UnsupportedAttribute, "GatherBlockQuantized", new AttributeMap { { "block_size", 16L }, { "gather_axis", 1L }, { "quantize_axis", 0L } }, inputs);
        ContribCheck.Refuses(Descriptors.UnsupportedType, "GatherBlockQuantized", new AttributeMap { { "block_size", 16L }, { "bits", 3L } }, inputs);
    }

    [Theory]
    [InlineData("euclidean")]
    [InlineData("sqeuclidean")]
    public void CDist(string metric)
    {
        // ONNX Runtime takes differences of squares, which cancel.
        ContribCheck.Run("CDist", new AttributeMap { { "metric", metric } }, [ContribCheck.Random(1, 7, 5), ContribCheck.Random(2, 4, 5)], [0, 1], tolerance: 1e-5);
        ContribCheck.Refuses(Descriptors.UnsupportedAttribute, "CDist", new AttributeMap { { "metric", "cityblock" } }, ContribCheck.Random(1, 7, 5), ContribCheck.Random(2, 4, 5));
    }

    [Theory]
    [InlineData(1, -1)]
    [InlineData(0, 2)]
    public void Trilu(long upper, long k) => ContribCheck.Run("Trilu", new AttributeMap { { "upper", upper } }, [ContribCheck.Random(1, 2, 4, 5), Tensor.Scalar(k)], [0]);

    [Theory]
    [InlineData("bilinear", "zeros", 0)]
    [InlineData("bicubic", "border", 1)]
    [InlineData("nearest", "reflection", 0)]
    public void GridSample(string mode, string padding, long aligned)
    {
        AttributeMap attributes = new() { { "mode", mode }, { "padding_mode", padding }, { "align_corners", aligned } };
        ContribCheck.Run("GridSample", attributes, [ContribCheck.Random(1, 2, 3, 5, 4), ContribCheck.Random(2, 2, 4, 3, 2)], [0, 1], tolerance: 1e-4);
    }

    [Fact]
    public void QLinearWhere()
    {
        Tensor condition = Tensor.Create<bool>([true, false, true, false], 4, 1);
        ContribCheck.Run(
            "QLinearWhere", [],
            [
                condition, ContribCheck.RandomBytes(1, DType.U8, 4, 6), Tensor.Scalar(0.05f), Tensor.Scalar((byte)120), ContribCheck.RandomBytes(2, DType.U8, 4, 6), Tensor.Scalar(0.03f), Tensor.Scalar((byte)99),
                Tensor.Scalar(0.06f), Tensor.Scalar((byte)130),
            ],
            [0, 1, 4]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void QLinearConv(long channelsLast)
    {
        long[] dims = channelsLast == 1 ? [2, 6, 5, 4] : [2, 4, 6, 5];
        AttributeMap attributes = new() { { "channels_last", channelsLast }, { "pads", [1L, 1L, 0L, 1L] }, { "strides", [2L, 1L] } };
        ContribCheck.Run(
            "QLinearConv", attributes,
            [
                ContribCheck.RandomBytes(1, DType.U8, dims), Tensor.Scalar(0.02f), Tensor.Scalar((byte)110), ContribCheck.SevenBits(2, 8, 4, 3, 3), Tensor.Scalar(0.01f), Tensor.Scalar((sbyte)0),
                Tensor.Scalar(0.3f), Tensor.Scalar((byte)128), ContribCheck.Integers(3, -500, 500, 8),
            ],
            [0]);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void DynamicQuantizeLstm(int directions, bool perColumn)
    {
        const int Size = 6;
        const int Hidden = 4;
        AttributeMap attributes = new() { { "hidden_size", (long)Hidden }, { "direction", directions == 2 ? "bidirectional" : "forward" } };
        long[] scaled = perColumn ? [directions, 4 * Hidden] : [directions];
        Tensor?[] inputs =
        [
            ContribCheck.Random(1, 5, 2, Size), ContribCheck.RandomBytes(2, DType.I8, directions, Size, 4 * Hidden), ContribCheck.RandomBytes(3, DType.I8, directions, Hidden, 4 * Hidden), ContribCheck.Random(4, directions, 8 * Hidden),
            null, ContribCheck.Random(5, directions, 2, Hidden), ContribCheck.Random(6, directions, 2, Hidden), null, Scale(7, scaled), new Tensor(DType.I8, scaled), Scale(8, scaled), new Tensor(DType.I8, scaled),
        ];
        ContribCheck.Run("DynamicQuantizeLSTM", attributes, inputs, [0, 5, 6], outputs: 3, tolerance: QuantizedActivations);
    }

    private static Tensor Scale(int seed, long[] dims) => Tensor.Create<float>([.. ContribCheck.Random(seed, dims).Span<float>().ToArray().Select(v => 0.004f + (0.001f * v))], dims);

    private static Tensor Small(int seed, DType type, params long[] dims)
    {
        int low = type == DType.I4 ? -8 : 0;
        return new Tensor(type, dims, [.. ContribCheck.Integers(seed, low, low + 16, dims).ToInt64Array().Select(v => unchecked((byte)v))]);
    }
}
