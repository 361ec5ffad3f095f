namespace ModelBuild.Plan.Tests;

public sealed class SizedPlanTests
{
    private static readonly PlanSize s_rows = new SizeDim(0);

    private static ExecutionPlan Plan { get; } = new()
    {
        ClassName = "P",
        Dims = new PlanList<PlanDim>([new PlanDim("rows", "Rows", 1, 512), new PlanDim("cols", "Cols", 32, int.MaxValue, 32)]),
        Inputs = new PlanList<PlanPort>([new PlanPort("x", "X", PlanElementType.F32, new PlanList<long>([-1, 4]), new PlanList<string>(["rows", ""])) { Sizes = new PlanList<PlanSize>([s_rows, PlanSize.Of(4)]) }]),
        Outputs = new PlanList<PlanPort>([new PlanPort("y", "Y", PlanElementType.F32, new PlanList<long>([-1]), new PlanList<string>([""])) { Sizes = new PlanList<PlanSize>([PlanSize.Product(s_rows, PlanSize.Of(2))]) }]),
        Buffers = new PlanList<PlanBuffer>([new PlanBuffer(PlanSize.Product(s_rows, PlanSize.Of(16)), -1, 3)]),
        Steps = new PlanList<PlanStep>([Step]),
        Variants = new PlanList<PlanVariant>([new PlanVariant(new PlanList<long>([1, 32]), new PlanList<long>([1, 64]), new PlanList<PlanBuffer>([new PlanBuffer(PlanSize.Of(64), 0, 0)]), new PlanList<PlanStep>([Step]))]),
    };

    private static PlanStep Step => new("one", "One", "Copy.Run", new PlanList<PlanArgument>(
    [
        new OperandArgument("x", new PlanOperand(PlanMemory.Input, PlanElementType.F32, 0, 0, 0, PlanSize.Product(s_rows, PlanSize.Of(4)))),
        new OperandArgument("y", new PlanOperand(PlanMemory.Buffer, PlanElementType.F32, 0, 0, 0, PlanSize.Product(s_rows, PlanSize.Of(4)))),
        new SizeArgument("n", PlanSize.Quotient(PlanSize.Sum(s_rows, PlanSize.Of(3)), 4), false),
        new SizeArgument("m", new SizeMinimum(new SizeDim(1), PlanSize.Of(-7)), true),
        new SizesArgument("list", new PlanList<PlanSize>([PlanSize.Of(3), new SizeMaximum(s_rows, new SizeSum(new SizeDim(1), PlanSize.Of(1)))]), true),
    ]), 5);

    [Fact]
    public void The_text_form_gives_the_plan_back()
    {
        string text = PlanWriter.Write(Plan);
        Assert.Equal(Plan, PlanReader.Read(text));
        Assert.Contains("dim \"rows\" Rows 1 512 1\n", text, StringComparison.Ordinal);
        Assert.Contains(" n=int:(d0+3)/4 ", text, StringComparison.Ordinal);
        Assert.NotEqual(PlanIdentity.ComputeHex(Plan), PlanIdentity.ComputeHex(Plan with { Variants = PlanList<PlanVariant>.Empty }));
    }

    [Theory]
    [InlineData("d0*64", 3, 192)]
    [InlineData("(d0+3)/4*2", 6, 4)]
    [InlineData("d0+2*d0", 5, 15)]
    [InlineData("min(d0;16)", 20, 16)]
    [InlineData("max(d0;16)+(-1)", 3, 15)]
    public void Expressions_have_the_usual_precedence(string text, long size, long value)
    {
        ExecutionPlan read = PlanReader.Read(PlanWriter.Write(Plan).Replace("n=int:(d0+3)/4", "n=int:" + text, StringComparison.Ordinal));
        Assert.Equal(value, ((SizeArgument)read.Steps[0].Arguments[2]).Value.Evaluate([size, 0]));
    }

    [Theory]
    [InlineData("n=int:(d0+3)/4", "n=int:d2")]
    [InlineData("n=int:(d0+3)/4", "n=int:(d0+3")]
    [InlineData("n=int:(d0+3)/4", "n=int:d0/0")]
    [InlineData("n=int:(d0+3)/4", "n=int:d0+")]
    [InlineData("y=buffer0.f32", "y=buffer7.f32")]
    [InlineData("dim \"rows\" Rows 1 512 1", "dim \"rows\" Rows 9 5 1")]
    [InlineData("dim \"rows\" Rows 1 512 1", "dim \"rows\" At 1 512 1")]
    [InlineData("sizes=d0,4", "sizes=d0,5")]
    [InlineData("sizes=d0,4", "sizes=d0")]
    [InlineData("buffer -1 3 ", "buffer 4 3 ")]
    [InlineData("variant 1,32 1,64", "variant 1 1,64")]
    public void Damaged_text_is_refused(string part, string damaged)
    {
        string text = PlanWriter.Write(Plan);
        Assert.Contains(part, text, StringComparison.Ordinal);
        Assert.Throws<PlanFormatException>(() => PlanReader.Read(text.Replace(part, damaged, StringComparison.Ordinal)));
    }

    [Fact]
    public void An_expression_nested_too_deep_is_refused()
    {
        string deep = new string('(', 10_000) + "d0" + new string(')', 10_000);
        Assert.Throws<PlanFormatException>(() => PlanReader.Read(PlanWriter.Write(Plan).Replace("n=int:(d0+3)/4", "n=int:" + deep, StringComparison.Ordinal)));
    }
}
