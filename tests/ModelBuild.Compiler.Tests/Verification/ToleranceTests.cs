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
    public void Other_texts_are_refused(string text) => Assert.Null(Tolerance.TryParse(text));

    [Fact]
    public void The_lossy_step_decides_the_default_and_the_user_over_it()
    {
        CompileOptions plain = new() { ModelPath = "m.onnx", ClassName = "M", Namespace = "" };

        Assert.Equal(Tolerance.Exact, Tolerance.For(plain, isHalf: false));
        Assert.Equal(Tolerance.Half, Tolerance.For(plain, isHalf: true));
        Assert.Equal(Tolerance.Int8, Tolerance.For(plain with { Quantize = "int8" }, isHalf: false));
        Assert.Equal(Tolerance.Reported, Tolerance.For(plain with { Quantize = "int8", Prune = "magnitude:0.5" }, isHalf: false));
        Assert.Equal(new Tolerance(null, 0, 40), Tolerance.For(plain with { Quantize = "int8", Tolerance = "sqnr=40" }, isHalf: false));
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
    public void Another_string_is_always_a_violation_that_shows_both()
    {
        OutputError error = OutputError.Measure("label", [(Tensor.OfStrings(["cat", "dog"], [2]), Tensor.OfStrings(["cat", "bird"], [2]))]);
        string violation = error.Violation(Tolerance.Int8, 0)!;
        Assert.Contains("a string is another", violation, StringComparison.Ordinal);
        Assert.Contains("element 1: source 'dog', deployed 'bird'", violation, StringComparison.Ordinal);
    }

    private static OutputError Measure(float[] source, float[] deployed) =>
        OutputError.Measure("y", [(Tensor.Create<float>(source, source.Length), Tensor.Create<float>(deployed, deployed.Length))]);
}
