using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Ops.Shapes;

/// <summary>Operators that move elements without looking at them: attributes, element types and empty tensors.</summary>
public sealed class MovementTests
{
    private static readonly DType[] s_types =
        [DType.F32, DType.F64, DType.F16, DType.I8, DType.U8, DType.I16, DType.U16, DType.I32, DType.U32, DType.I64, DType.U64, DType.Bool];

    public static TheoryData<DType> Types => [.. s_types];

    [Theory]
    [MemberData(nameof(Types))]
    public void EveryElementTypeMoves(DType type)
    {
        Tensor x = OpHarness.Counting(type, 1, 4, 2, 3);
        Tensor plain = OpHarness.Counting(DType.I64, 1, 4, 2, 3);
        foreach ((string op, AttributeMap attributes, Tensor?[] constants) in Moves())
        {
            // The same movement of any type gives the elements of the int64 one.
            Tensor y = OpHarness.Run(op, attributes, [x], constants)[0];
            Tensor reference = OpHarness.Run(op, attributes, [plain], constants)[0];
            long[] expected = [.. reference.Span<long>().ToArray().Select(v => type == DType.Bool ? (v == 0 ? 0 : (v - 1) % 2) : v)];
            Assert.Equal(expected, y.ToDoubleArray().Select(v => (long)v));
        }
    }

    [Fact]
    public void SplitAndConcatAreInverse()
    {
        Tensor x = OpHarness.Counting(DType.F32, 2, 7, 3);
        Tensor[] parts = OpHarness.Run("Split", new AttributeMap { { "axis", -2 } }, [x], [Tensor.Vector<long>(1, 0, 6)], outputs: 3);
        Assert.Equal([1L, 0L, 6L], parts.Select(p => p.Dims[1]));
        Tensor joined = OpHarness.Run("Concat", new AttributeMap { { "axis", 1 } }, parts)[0];
        Assert.Equal(x.Bytes.ToArray(), joined.Bytes.ToArray());
        Tensor[] uneven = OpHarness.Run("Split", new AttributeMap { { "axis", 1 }, { "num_outputs", 3 } }, [x], outputs: 3);
        Assert.Equal([3L, 3L, 1L], uneven.Select(p => p.Dims[1]));
    }

    [Theory]
    [InlineData(new long[] { 0 }, new long[] { -1 }, new long[] { 1 }, new float[] { 1, 2, 3, 4 })]
    [InlineData(new long[] { -1 }, new long[] { long.MinValue }, new long[] { -1 }, new float[] { 5, 4, 3, 2, 1 })]
    [InlineData(new long[] { 1 }, new long[] { long.MaxValue }, new long[] { 2 }, new float[] { 2, 4 })]
    [InlineData(new long[] { 3 }, new long[] { 1 }, new long[] { 1 }, new float[0])]
    [InlineData(new long[] { 3 }, new long[] { -100 }, new long[] { -2 }, new float[] { 4, 2 })]
    [InlineData(new long[] { 100 }, new long[] { 0 }, new long[] { -3 }, new float[] { 5, 2 })]
    public void SliceClampsAndSteps(long[] starts, long[] ends, long[] steps, float[] expected)
    {
        Tensor x = OpHarness.Counting(DType.F32, 5);
        Tensor y = OpHarness.Run("Slice", [], [x], [Tensor.Vector<long>(starts), Tensor.Vector<long>(ends), Tensor.Vector<long>(-1), Tensor.Vector<long>(steps)])[0];
        Assert.Equal(expected, y.Span<float>().ToArray());
    }

    [Theory]
    [InlineData("none")]
    [InlineData("add")]
    public void KnownTuplesScatterAsUnknownOnes(string reduction)
    {
        Tensor x = OpHarness.Counting(DType.F32, 4, 6);
        AttributeMap attributes = new() { { "reduction", reduction } };

        // Every second element, whole rows, halves of rows, halves that begin elsewhere, rows of tuples, one tuple twice, counted from the end.
        AssertScatters([.. Enumerable.Range(0, 12).SelectMany(i => (long[])[i / 3, i % 3 * 2])], [12, 2], [12]);
        AssertScatters([.. Enumerable.Range(0, 12).SelectMany(i => (long[])[2 + (i / 6), i % 6])], [12, 2], [12]);
        AssertScatters([.. Enumerable.Range(0, 12).SelectMany(i => (long[])[i / 3, 3 + (i % 3)])], [12, 2], [12]);
        AssertScatters([.. Enumerable.Range(0, 12).SelectMany(i => (long[])[i / 3, 1 + (i % 3)])], [12, 2], [12]);
        AssertScatters([3, 1], [2, 1], [2, 6]);
        AssertScatters([1, 1, 1, 1, -1, -2], [3, 2], [3]);

        void AssertScatters(long[] tuples, long[] tupleDims, long[] updateDims)
        {
            Tensor updates = OpHarness.Counting(DType.F32, updateDims);
            Tensor indices = Tensor.Vector<long>(tuples).Reshape(tupleDims);
            Tensor known = OpHarness.Run("ScatterND", attributes, [x], [indices, updates])[0];
            Tensor unknown = OpHarness.Run("ScatterND", attributes, [x, indices, updates])[0];
            Assert.Equal(unknown.Bytes.ToArray(), known.Bytes.ToArray());
        }
    }

    [Fact]
    public void EmptyTensorsKeepTheirShapes()
    {
        Tensor x = new(DType.F32, [2, 0, 3]);
        Assert.Equal([3L, 0L, 2L], OpHarness.Run("Transpose", [], [x])[0].Dims.ToArray());
        Assert.Equal([2L, 0L, 9L], OpHarness.Run("Tile", [], [x], [Tensor.Vector<long>(1, 1, 3)])[0].Dims.ToArray());
        Assert.Equal([2L, 2L, 3L], OpHarness.Run("Pad", [], [x], [Tensor.Vector<long>(0, 1, 0, 0, 1, 0)])[0].Dims.ToArray());
        Assert.Equal([0L, 6L], OpHarness.Run("Reshape", new AttributeMap { { "allowzero", 1 } }, [x], [Tensor.Vector<long>(0, 6)])[0].Dims.ToArray());
        Assert.Equal([2L, 0L, 3L], OpHarness.Run("Expand", [], [x], [Tensor.Vector<long>(2, 1, 1)])[0].Dims.ToArray());
        Assert.Equal([2L, 0L, 3L], OpHarness.Run("CumSum", [], [x], [Tensor.Scalar(1L)])[0].Dims.ToArray());
        Assert.Equal([0L, 0L, 3L], OpHarness.Run("Gather", [], [x], [Tensor.Vector<long>()])[0].Dims.ToArray());
        Assert.Equal([2L, 0L, 6L], OpHarness.Run("Concat", new AttributeMap { { "axis", 2 } }, [x, x])[0].Dims.ToArray());
        Assert.Equal([2L, 0L, 1L], OpHarness.Run("Slice", [], [x], [Tensor.Vector<long>(0), Tensor.Vector<long>(1), Tensor.Vector<long>(2)])[0].Dims.ToArray());
    }

    [Fact]
    public void ReverseSequenceTurnsTheFirstElementsOfEach()
    {
        Tensor x = OpHarness.Counting(DType.I32, 2, 3);
        Tensor rows = OpHarness.Run("ReverseSequence", new AttributeMap { { "time_axis", 1 }, { "batch_axis", 0 } }, [x], [Tensor.Vector<long>(3, 2)])[0];
        Assert.Equal([3, 2, 1, 5, 4, 6], rows.Span<int>().ToArray());
        Tensor columns = OpHarness.Run("ReverseSequence", [], [x], [Tensor.Vector<long>(2, 1, 0)])[0];
        Assert.Equal([4, 2, 3, 1, 5, 6], columns.Span<int>().ToArray());
    }

    [Fact]
    public void ExclusiveAndReversedSumsAreCumulated()
    {
        Tensor x = Tensor.Vector<int>(1, 2, 3);
        Assert.Equal([0, 1, 3], OpHarness.Run("CumSum", new AttributeMap { { "exclusive", 1 } }, [x], [Tensor.Scalar(0L)])[0].Span<int>().ToArray());
        Assert.Equal([6, 5, 3], OpHarness.Run("CumSum", new AttributeMap { { "reverse", 1 } }, [x], [Tensor.Scalar(-1L)])[0].Span<int>().ToArray());
        Assert.Equal([5, 3, 0], OpHarness.Run("CumSum", new AttributeMap { { "reverse", 1 }, { "exclusive", 1 } }, [x], [Tensor.Scalar(0)])[0].Span<int>().ToArray());
    }

    private static IEnumerable<(string Op, AttributeMap Attributes, Tensor?[] Constants)> Moves()
    {
        yield return ("Transpose", new AttributeMap { { "perm", [0, 3, 1, 2] } }, []);
        yield return ("Transpose", [], []);
        yield return ("Flatten", new AttributeMap { { "axis", -2 } }, []);
        yield return ("Reshape", [], [Tensor.Vector<long>(0, -1, 6)]);
        yield return ("Squeeze", [], [Tensor.Vector<long>(-4)]);
        yield return ("Squeeze", [], []);
        yield return ("Unsqueeze", [], [Tensor.Vector<long>(-1, 0)]);
        yield return ("Slice", [], [Tensor.Vector<int>(-1, 0), Tensor.Vector<int>(-5, 3), Tensor.Vector<int>(1, -1), Tensor.Vector<int>(-2, 2)]);
        yield return ("Gather", new AttributeMap { { "axis", -3 } }, [Tensor.Create<long>([3, -1, 0, -4], 2, 2)]);
        yield return ("GatherElements", new AttributeMap { { "axis", 3 } }, [Tensor.Create<int>([0, -1, 2, 1, 1, 1, 0, -3], 1, 4, 2, 1)]);
        yield return ("GatherElements", new AttributeMap { { "axis", 3 } }, [Tensor.Create<int>([0, -1, 2, 1, 1, 1], 1, 3, 1, 2)]);
        yield return ("GatherElements", new AttributeMap { { "axis", -3 } }, [Tensor.Create<long>([3, -4, 2, 1, 0], 1, 5, 1, 1)]);
        yield return ("GatherND", [], [Tensor.Create<long>([0, 3, 0, -2], 2, 2)]);
        yield return ("Tile", [], [Tensor.Vector<long>(2, 1, 3, 1)]);
        yield return ("Expand", [], [Tensor.Vector<long>(3, 1, 1, 1, 3)]);
        yield return ("DepthToSpace", new AttributeMap { { "blocksize", 2 } }, []);
        yield return ("DepthToSpace", new AttributeMap { { "blocksize", 2 }, { "mode", "CRD" } }, []);
        yield return ("SpaceToDepth", new AttributeMap { { "blocksize", 1 } }, []);
        yield return ("Pad", new AttributeMap { { "mode", "edge" } }, [Tensor.Vector<long>(0, 1, 0, 2, 0, 0, 1, 1)]);
        yield return ("Pad", new AttributeMap { { "mode", "reflect" } }, [Tensor.Vector<long>(1, 2, 1, 1), null, Tensor.Vector<long>(-1, 1)]);
        yield return ("Pad", new AttributeMap { { "mode", "wrap" } }, [Tensor.Vector<long>(0, 1, 0, 2, 0, 0, 1, 1)]);
        yield return ("Pad", [], [Tensor.Vector<long>(0, -1, 0, -1, 0, -1, 0, 0)]);
        yield return ("Trilu", new AttributeMap { { "upper", 0 } }, [Tensor.Scalar(1L)]);
        yield return ("Identity", [], []);
    }
}
