using ModelBuild.Compiler.Planning.Sizes;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Tests.Planning.Sizes;

public sealed class SizeFitterTests
{
    private static readonly long[][] s_samples = [.. Enumerable.Range(0, 40).Select(n => (long[])[1 + (n * 7 % 53), 2 + (n * 11 % 47)])];

    public static TheoryData<string, Func<long, long, long>> Forms => new()
    {
        { "constant", (_, _) => 42 },
        { "size", (a, _) => a },
        { "multiple", (a, b) => 64 * a * b },
        { "square", (a, _) => a * a * 12 },
        { "sum with a constant", (a, _) => (3 * a) + 2 },
        { "falling", (a, _) => 512 - a },
        { "sum of sizes", (a, b) => (4 * a) + (2 * b) + 7 },
        { "border", (a, b) => (a + 2) * (b + 2) * 16 },
        { "strided", (a, _) => ((a + 1) / 2) + 1 },
        { "padded", (a, b) => ((a * b) + 15) / 16 * 16 },
        { "at most", (a, _) => Math.Min(a * 2, 30) },
        { "at least", (a, _) => Math.Max(a, 20) },
        { "triangle", (a, _) => a * (a + 1) / 2 },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void AnExpressionIsExactAtSizesThatWereNotSamples(string form, Func<long, long, long> number)
    {
        SizeFitter fitter = new(s_samples);
        PlanSize? size = fitter.Fit([.. s_samples.Select(s => number(s[0], s[1]))]);
        Assert.True(size is not null, form);
        for (long a = 1; a < 200; a++)
        {
            Assert.Equal(number(a, 77), size.Evaluate([a, 77]));
        }
    }

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(3, 0, 0)]
    [InlineData(4, -2, 0)]
    [InlineData(100, -1, 0)]
    public void WhatASliceOfACountKeepsIsFound(long most, long shift, long least)
    {
        long[][] samples = [.. Enumerable.Range(0, 25).Select(n => (long[])[n])];
        PlanSize? size = new SizeFitter(samples).Fit([.. samples.Select(s => Math.Min(Math.Max(s[0] + shift, least), most))]);
        Assert.NotNull(size);
        for (long count = 0; count < 60; count++)
        {
            Assert.Equal(Math.Min(Math.Max(count + shift, least), most), size.Evaluate([count]));
        }
    }

    [Fact]
    public void PanelsAreRoundedUpWhereOneSizeIsNoSample()
    {
        long[][] samples = [.. Enumerable.Range(0, 25).Where(n => n != 1).Select(n => (long[])[n])];
        PlanSize? size = new SizeFitter(samples).Fit([.. samples.Select(s => (s[0] + 15) / 16 * 48)]);
        Assert.Equal(48, size?.Evaluate([1]));
    }

    [Fact]
    public void ATensorMayHaveAnyNumberOfSizes()
    {
        Random random = new(1);
        long[][] samples = [.. Enumerable.Range(0, 40).Select(_ => (long[])[.. Enumerable.Range(0, 9).Select(_ => (long)random.Next(1, 6))])];
        SizeFitter fitter = new(samples);
        PlanSize? all = fitter.Fit([.. samples.Select(s => 4 * s.Aggregate((a, b) => a * b))]);
        PlanSize? inner = fitter.Fit([.. samples.Select(s => s[2..8].Aggregate((a, b) => a * b))]);
        Assert.Equal(4 * 362880, all?.Evaluate([1, 2, 3, 4, 5, 6, 7, 8, 9]));
        Assert.Equal(20160, inner?.Evaluate([1, 2, 3, 4, 5, 6, 7, 8, 9]));
    }

    [Fact]
    public void ProductsOfRoundedSizesAreFoundOnceTheirFactorsAreKnown()
    {
        SizeFitter fitter = new(s_samples);
        fitter.AddAtom([.. s_samples.Select(s => (s[0] + 1) / 2)]);
        fitter.AddAtom([.. s_samples.Select(s => (s[1] + 3) / 4)]);
        PlanSize? size = fitter.Fit([.. s_samples.Select(s => (s[0] + 1) / 2 * ((s[1] + 3) / 4) * 8)]);
        Assert.Equal(((101 + 1) / 2) * ((50 + 3) / 4) * 8, size?.Evaluate([101, 50]));
    }

    [Fact]
    public void WhatFollowsNoExpressionHasNone()
    {
        Random random = new(1);
        Assert.Null(new SizeFitter(s_samples).Fit([.. s_samples.Select(_ => (long)random.Next(1_000_000))]));
    }

    [Fact]
    public void SamplesThatCannotTellTwoExpressionsApartAreToldSo()
    {
        long[][] few = [.. new long[] { 64, 128, 192, 256, 320, 384 }.Select(v => (long[])[v])];
        SizeFitter fitter = new(few);
        PlanSize? size = fitter.Fit([.. few.Select(s => ((s[0] + 1) / 3) + 1)]);
        Assert.NotNull(size);
        Assert.NotEmpty(fitter.Doubts);
    }
}
