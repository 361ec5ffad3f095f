using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Options;
using ModelBuild.Compiler.Verification;

namespace ModelBuild.Compiler.Tests.Verification;

public sealed class ToleranceTests
{
    [Fact]
    public void Texts_are_read_and_written()
    {
        Assert.Equal(new Tolerance(1e-3, 0.5, null), Tolerance.TryParse("abs=1e-3;rel=0.5"));
        Assert.Equal(new Tolerance(0, 0.5, null), Tolerance.TryParse("rel=0.5"));
        Assert.Equal(new Tolerance(null, 0, 30), Tolerance.TryParse("SQNR = 30"));
        Assert.Equal(new Tolerance(null, 0, 30, 0.9, true), Tolerance.TryParse("sqnr=30;equal=0.9"));
        Assert.Equal("sqnr=30;equal=0.9", Tolerance.TryParse("sqnr=30;equal=0.9")!.ToString());
        Assert.Equal("abs=0.001;rel=0.5", Tolerance.TryParse("abs=1e-3,rel=0.5")!.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("abs")]
    [InlineData("abs=one")]
    [InlineData("abs=NaN")]
    [InlineData("db=30")]
    [InlineData("abs=-1e-3")]
    [InlineData("abs=1e-3;rel=-1")]
    [InlineData("equal=2")]
    public void Other_texts_are_refused(string text) => Assert.Null(Tolerance.TryParse(text));

    [Fact]
    public void The_lossy_step_decides_the_default_and_the_user_over_it()
    {
        CompileOptions plain = new() { ModelPath = "m.onnx", ClassName = "M", Namespace = "" };

        Assert.Equal(Tolerance.Exact, Tolerance.For(plain, isHalf: false));
        Assert.Equal(Tolerance.Half, Tolerance.For(plain, isHalf: true));
        Assert.Equal(Tolerance.Int8, Tolerance.For(plain with { Quantize = "int8" }, isHalf: false));
        Assert.Equal(Tolerance.Reported, Tolerance.For(plain with { Quantize = "int8", Prune = "magnitude:0.5" }, isHalf: false));
        Assert.Equal(new Tolerance(null, 0, 40, 0.5), Tolerance.For(plain with { Quantize = "int8", Tolerance = "sqnr=40" }, isHalf: false));
        Assert.Equal(new Tolerance(null, 0, 10, 0.9, true), Tolerance.For(plain with { Quantize = "int8", Tolerance = "equal=0.9" }, isHalf: false));
    }

    [Fact]
    public void Equal_outputs_violate_nothing()
    {
        OutputError error = Measure([1, -2, float.PositiveInfinity, float.NaN], [1, -2, float.PositiveInfinity, float.NaN]);

        Assert.Equal(0, error.MaxAbsolute);
        Assert.Equal(double.PositiveInfinity, error.Sqnr);
        Assert.Null(error.Violation(new Tolerance(0, 0, 200), 2));
    }

    [Fact]
    public void Differences_are_measured_and_the_worst_element_is_named()
    {
        OutputError error = Measure([3, 4], [3, 4.5f]);

        Assert.Equal(0.5, error.MaxAbsolute, 6);
        Assert.Equal(0.125, error.MaxRelative, 6);
        Assert.Equal(20, error.Sqnr, 3);
        Assert.Contains("element 1", error.Worst, StringComparison.Ordinal);
        Assert.Null(error.Violation(new Tolerance(0.1, 0.1, null), 4.1));
        Assert.Contains("0.5", error.Violation(new Tolerance(0.1, 0.05, null), 4), StringComparison.Ordinal);
        Assert.NotNull(error.Violation(new Tolerance(null, 0, 21), 4));
        Assert.Null(error.Violation(new Tolerance(null, 0, 19), 4));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_value_that_only_the_deployed_model_has_not_finite_is_always_a_violation(float value) =>
        Assert.NotNull(Measure([1, 2], [1, value]).Violation(Tolerance.Reported, 2));

    [Fact]
    public void Another_string_is_a_violation_that_shows_both_where_nothing_was_compressed()
    {
        OutputError error = Labels(["cat", "dog"], ["cat", "bird"]);
        string violation = error.Violation(Tolerance.Exact, 0)!;
        Assert.Contains("a string is another", violation, StringComparison.Ordinal);
        Assert.Contains("element 1: source 'dog', deployed 'bird'", violation, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_the_labels_of_a_compressed_model_a_part_may_differ()
    {
        Assert.Null(Labels(["cat", "dog"], ["cat", "bird"]).Violation(Tolerance.Int8, 0));
        Assert.Null(Labels(["cat", "dog"], ["dog", "cat"]).Violation(Tolerance.Reported, 0));
        string violation = Labels(["cat", "dog", "cat"], ["cat", "bird", "bird"]).Violation(Tolerance.Int8, 0)!;
        Assert.Contains("33.3 % of what it chooses is the same, 50 % wanted", violation, StringComparison.Ordinal);
        Assert.Contains("element 1: source 'dog', deployed 'bird'", violation, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_the_classes_of_a_compressed_model_a_part_may_be_far_away()
    {
        OutputError error = Classes([1, 2, 3, 9], [1, 2, 9, 9]);
        Assert.True(error.IsChoice);
        Assert.Equal(0.75, error.Equal);
        Assert.Null(error.Violation(Tolerance.Int8, 9));
        Assert.Null(error.Violation(Tolerance.Quantized, 9));
        Assert.NotNull(error.Violation(Tolerance.Half, 9));
        Assert.NotNull(error.Violation(Tolerance.Exact, 9));
        Assert.NotNull(error.Violation(Tolerance.TryParse("equal=0.9")!, 9));
        Assert.Null(error.Violation(Tolerance.TryParse("equal=0.7")!, 9));
    }

    [Fact]
    public void Integers_that_are_near_as_numbers_need_not_be_equal() =>
        Assert.Null(Classes([100, 200, 300], [101, 199, 301]).Violation(Tolerance.Int8, 300));

    [Fact]
    public void A_value_is_no_choice() => Assert.False(Measure([1, 2], [1, 2]).IsChoice);

    private static OutputError Labels(string[] source, string[] deployed) =>
        OutputError.Measure("label", [(Tensor.OfStrings(source, [source.Length]), Tensor.OfStrings(deployed, [deployed.Length]))]);

    private static OutputError Classes(long[] source, long[] deployed) => OutputError.Measure("class", [(Tensor.Create<long>(source, source.Length), Tensor.Create<long>(deployed, deployed.Length))]);

    private static OutputError Measure(float[] source, float[] deployed) =>
        OutputError.Measure("y", [(Tensor.Create<float>(source, source.Length), Tensor.Create<float>(deployed, deployed.Length))]);
}
