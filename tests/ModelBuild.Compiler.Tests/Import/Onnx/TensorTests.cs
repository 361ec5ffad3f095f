using Google.Protobuf;
using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import.Onnx;
using ModelBuild.Compiler.Import.Onnx.Wire;
using ModelBuild.Compiler.Ir;
using Wire = ModelBuild.Compiler.Import.Onnx.Wire.TensorProto.Types.DataType;

namespace ModelBuild.Compiler.Tests.Import.Onnx;

public sealed class TensorTests
{
    public static TheoryData<long[]> ImpossibleDims => new([[-4], [1L << 32, 1L << 32], [(1L << 62) + 1, 4], [1L << 61], [1_000_000, 1_000_000, 1_000_000]]);

    [Theory]
    [MemberData(nameof(ImpossibleDims))]
    public void ImpossibleDimensionsAreRefused(long[] dims)
    {
        TensorProto proto = new() { DataType = (int)Wire.Double, RawData = ByteString.CopyFrom(new byte[16]) };
        proto.Dims.AddRange(dims);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Errors.Expect(Descriptors.InvalidTensor, () => Read(proto));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 16 << 20);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9999)]
    [InlineData(-1)]
    public void UnknownElementTypeIsRefused(int type) => Errors.Expect(Descriptors.InvalidTensor, () => Read(new TensorProto { DataType = type }));

    [Theory]
    [InlineData((int)Wire.Complex64)]
    [InlineData((int)Wire.Complex128)]
    public void UnsupportedElementTypeIsNamed(int type) => Errors.Expect(Descriptors.UnsupportedType, () => Read(new TensorProto { DataType = type }));

    [Fact]
    public void StringsAreRead()
    {
        TensorProto proto = new() { DataType = (int)Wire.String };
        proto.Dims.AddRange([2, 2]);
        proto.StringData.AddRange(new[] { "", "na\u00efve \ud83d\ude00", "a\0b\n", "" }.Select(ByteString.CopyFromUtf8));
        Tensor tensor = Read(proto);
        Assert.Equal(new TensorType(DType.String, Shape.Of(2, 2)), tensor.Type);
        Assert.Equal(["", "na\u00efve \ud83d\ude00", "a\0b\n", ""], tensor.ToStringArray());
    }

    [Fact]
    public void StringsOfAnotherNumberAreRefused()
    {
        TensorProto proto = new() { DataType = (int)Wire.String };
        proto.Dims.Add(2);
        proto.StringData.Add(ByteString.CopyFromUtf8("one"));
        Errors.Expect(Descriptors.InvalidTensor, () => Read(proto));
    }

    [Fact]
    public void StringsInRawDataAreRefused()
    {
        TensorProto proto = new() { DataType = (int)Wire.String, RawData = ByteString.CopyFromUtf8("one") };
        proto.Dims.Add(1);
        Errors.Expect(Descriptors.InvalidTensor, () => Read(proto));
    }

    [Theory]
    [InlineData(15)]
    [InlineData(20)]
    [InlineData(0)]
    public void RawDataOfAnotherLengthIsRefused(int bytes)
    {
        TensorProto proto = new() { DataType = (int)Wire.Float, RawData = ByteString.CopyFrom(new byte[bytes]) };
        proto.Dims.Add(4);
        Errors.Expect(Descriptors.InvalidTensor, () => Read(proto));
    }

    [Fact]
    public void TwoDataFieldsAreRefused()
    {
        TensorProto proto = new() { DataType = (int)Wire.Float, RawData = ByteString.CopyFrom(new byte[4]) };
        proto.Dims.Add(1);
        proto.FloatData.Add(1);
        Errors.Expect(Descriptors.InvalidTensor, () => Read(proto));
    }

    [Fact]
    public void Int4IsUnpackedLowNibbleFirst()
    {
        TensorProto proto = new() { DataType = (int)Wire.Int4, RawData = ByteString.CopyFrom(0x8F, 0x07) };
        proto.Dims.Add(3);
        Assert.Equal([-1L, -8L, 7L], Read(proto).ToInt64Array());
    }

    [Fact]
    public void HalfIsStoredInInt32Data()
    {
        TensorProto proto = new() { DataType = (int)Wire.Float16 };
        proto.Dims.Add(2);
        proto.Int32Data.Add(0x3C00);
        proto.Int32Data.Add(0xC000);
        Assert.Equal([(Half)1, (Half)(-2)], Read(proto).Span<Half>().ToArray());
    }

    [Fact]
    public void ByteOutOfRangeIsRefused()
    {
        TensorProto proto = new() { DataType = (int)Wire.Uint8 };
        proto.Dims.Add(1);
        proto.Int32Data.Add(300);
        Errors.Expect(Descriptors.InvalidTensor, () => Read(proto));
    }

    [Fact]
    public void SparseTensorBecomesDense()
    {
        SparseTensorProto sparse = new() { Values = new TensorProto { DataType = (int)Wire.Float }, Indices = new TensorProto { DataType = (int)Wire.Int64 } };
        sparse.Dims.AddRange([2, 2]);
        sparse.Values.Dims.Add(1);
        sparse.Values.FloatData.Add(5);
        sparse.Indices.Dims.AddRange([1, 2]);
        sparse.Indices.Int64Data.AddRange([1, 0]);
        Assert.Equal([0f, 0f, 5f, 0f], new OnnxTensorReader(null).ReadSparse(sparse, "t").Span<float>().ToArray());
        sparse.Indices.Int64Data[1] = -1;
        Errors.Expect(Descriptors.InvalidTensor, () => new OnnxTensorReader(null).ReadSparse(sparse, "t"));
    }

    private static Tensor Read(TensorProto proto) => new OnnxTensorReader(null).Read(proto, "t");
}
