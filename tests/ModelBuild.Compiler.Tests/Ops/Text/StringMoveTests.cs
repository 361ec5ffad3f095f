using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Ops.Text;

/// <summary>Operators that move, compare, join and convert strings, against ONNX Runtime.</summary>
public sealed class StringMoveTests
{
    private static readonly Tensor s_words = Tensor.OfStrings(["a", "", "caf\u00e9", "\ud83d\ude00", "b", "a"], 2, 3);
    private static readonly Tensor s_row = Tensor.OfStrings(["a", "x", "caf\u00e9"], 3);

    [Fact]
    public void StringsAreMoved()
    {
        Move("Identity", []);
        Move("Transpose", new() { { "perm", [1, 0] } });
        Move("Flatten", new() { { "axis", 0 } });
        Move("Reshape", [], Tensor.Vector<long>(3, -1));
        Move("Unsqueeze", [], Tensor.Vector<long>(1));
        Move("Gather", new() { { "axis", 1 } }, Tensor.Create<long>([2, 0, 2, 1], 2, 2));
        Move("Slice", [], Tensor.Vector<long>(1), Tensor.Vector<long>(3), Tensor.Vector<long>(1));
        Move("Expand", [], Tensor.Vector<long>(2, 2, 3));
        Move("Tile", [], Tensor.Vector<long>(1, 2));
        TextReferee.Compare("Squeeze", [], [Tensor.OfStrings(["a", "b"], 1, 2)], constants: [Tensor.Vector<long>(0)]);
        TextReferee.Compare("Concat", new() { { "axis", 0 } }, [s_words, Tensor.OfStrings(["q", "a", ""], 1, 3)]);
        TextReferee.Compare("Split", new() { { "axis", 1 }, { "num_outputs", 3 } }, [s_words], outputs: 3);
        TextReferee.Compare("Where", [], [Tensor.Create<bool>([true, false, true], 3), s_words, s_row]);
        TextReferee.Compare("Where", [], [Tensor.Create<bool>([true, false], 2, 1), s_words], constants: [Tensor.OfStrings(["none"])]);
    }

    [Fact]
    public void StringsAreCompared()
    {
        Tensor equal = TextReferee.Compare("Equal", [], [s_words, s_row])[0];
        Assert.Equal([true, false, true, false, false, false], equal.Span<bool>().ToArray());
        TextReferee.Compare("Equal", [], [s_words], constants: [Tensor.OfStrings(["a"])]);
    }

    [Fact]
    public void StringsAreJoined()
    {
        TextReferee.Compare("StringConcat", [], [s_words, s_row]);
        TextReferee.Compare("StringConcat", [], [s_row, Tensor.OfStrings(["", "-"], 2, 1)]);
    }

    [Fact]
    public void NumbersAreWrittenAsText()
    {
        TextReferee.Compare("Cast", To(DType.String), [Tensor.Vector<long>(0, -1, long.MaxValue, long.MinValue)]);
        TextReferee.Compare("Cast", To(DType.String), [Tensor.Vector<float>(0, 1, -2.5f, 1e10f, 1e-10f, 0.1f, 123456789, float.NaN, float.PositiveInfinity, float.NegativeInfinity, 3.14159274f, 100000)]);
        TextReferee.Compare("Cast", To(DType.String), [Tensor.Vector<double>(0, 1, -2.5, 1e10, 1e-10, 0.1, Math.PI, double.NaN, double.PositiveInfinity)]);
    }

    [Fact]
    public void NumbersAreReadFromText()
    {
        Tensor floats = Tensor.OfStrings(["1", "-2.5", "1e-5", "1E8", "INF", "-INF", "NaN", " 7"], 8);
        TextReferee.Compare("Cast", To(DType.F32), [floats]);
        TextReferee.Compare("Cast", To(DType.F64), [floats]);
        TextReferee.Compare("Cast", To(DType.I64), [Tensor.OfStrings(["1", "-25", "007"], 3)]);
        Tensor word = Tensor.OfStrings(["cat"], 1);
        Assert.Contains("'cat'", Assert.Throws<ArgumentException>(() => OpHarness.RunPlan(TextReferee.GraphOf("Cast", To(DType.F32), [word]), [word])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatStringsCannotDoIsAnError()
    {
        Errors.Expect(Descriptors.InvalidNode, () => TextReferee.GraphOf("Add", [], [s_words, s_row]));
        Errors.Expect(Descriptors.InvalidNode, () => TextReferee.GraphOf("Less", [], [s_words, s_row]));
        Errors.Expect(Descriptors.InvalidNode, () => TextReferee.GraphOf("Equal", [], [s_words, Tensor.Vector<float>(1)]));
        Errors.Expect(Descriptors.UnsupportedAttribute, () => TextReferee.GraphOf("Cast", To(DType.Bool), [s_words]));
        Errors.Expect(Descriptors.InvalidNode, () => TextReferee.GraphOf("StringConcat", [], [s_words, Tensor.Vector<long>(1)]));
    }

    [Fact]
    public void NullIsRefused()
    {
        Graph graph = TextReferee.GraphOf("Identity", [], [s_row]);
        StringTable strings = new();
        Assert.Throws<ArgumentException>(() => Kernels.Strings.Read(["a", null!], new int[2], strings));
        Assert.Equal(DType.String, graph.Outputs[0].Value.Type.DType);
    }

    private static void Move(string op, AttributeMap attributes, params Tensor[] constants) => TextReferee.Compare(op, attributes, [s_words], constants: constants);

    private static AttributeMap To(DType type) => new() { { "to", (long)type } };
}
