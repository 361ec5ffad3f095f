using System.Globalization;

namespace ModelBuild.Plan.Tests;

public sealed class PlanTextTests
{
    private const int RandomPlanCount = 200;

    [Fact]
    public void Random_plans_survive_the_text_form()
    {
        for (int seed = 0; seed < RandomPlanCount; seed++)
        {
            ExecutionPlan plan = RandomPlans.Create(seed);
            string text = PlanWriter.Write(plan);
            ExecutionPlan back = PlanReader.Read(text);
            Assert.Equal(plan, back);

            // Records call 0 and -0 equal and all NaNs too; the second text shows that the bits survived.
            Assert.Equal(text, PlanWriter.Write(back));
            Assert.All(text, static c => Assert.True(c == '\n' || c >= ' '));
            Assert.Equal(PlanIdentity.ComputeHex(plan), PlanIdentity.ComputeHex(back));
        }
    }

    [Fact]
    public void Every_bit_pattern_of_floats_survives()
    {
        var random = new Random(1);
        for (int i = 0; i < 20_000; i++)
        {
            float value = BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue));
            double wide = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            ExecutionPlan plan = OneStep([new FloatArgument("f", value), new DoubleArgument("d", wide)]);
            PlanList<PlanArgument> back = PlanReader.Read(PlanWriter.Write(plan)).Steps[0].Arguments;
            Assert.Equal(BitConverter.SingleToInt32Bits(value), BitConverter.SingleToInt32Bits(((FloatArgument)back[0]).Value));
            Assert.Equal(BitConverter.DoubleToInt64Bits(wide), BitConverter.DoubleToInt64Bits(((DoubleArgument)back[1]).Value));
        }
    }

    [Fact]
    public void The_text_form_reads_as_documented()
    {
        PlanArgument[] arguments =
        [
            new OperandArgument("x", new PlanOperand(PlanMemory.Input, PlanElementType.F32, 0, 0, 784)),
            new OperandArgument("y", new PlanOperand(PlanMemory.Arena, PlanElementType.F32, 0, 1024, 384)),
            new OperandArgument("w", new PlanOperand(PlanMemory.Weights, PlanElementType.I8, 0, 0, 864)),
            new AbsentArgument("bias"),
            new IntArgument("m", 1),
            new EnumArgument("activation", "Activation", "Relu"),
            new IntsArgument("shape", new PlanList<int>([1, 2, 3])),
            new FloatArgument("alpha", 0.1f),
        ];
        string text = PlanWriter.Write(OneStep(arguments));
        Assert.StartsWith("modelbuild-plan 1\nmodel \"m\"\n", text, StringComparison.Ordinal);
        Assert.Contains(
            "\n# Gemm '/fc1'\ncall Gemm.F32 label:Gemm macs:7 x=input0.f32:784 y=arena.f32@1024:384 w=weights.i8@0:864 bias=none m=int:1 activation=enum:Activation.Relu shape=ints:1,2,3 alpha=float:0.1\nend 1\n",
            text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Blocks_read_as_documented()
    {
        string text = PlanWriter.Write(Blocks());
        Assert.Contains(
            "\n# Loop 'l'\nloop label:Loop macs:0 count=long:3 while=arena.bool@64:1 index=arena.i64@128:1\n# If 'i'\nif label:If macs:0 condition=arena.bool@64:1\n# Gemm '/fc1'\ncall Gemm.F32 label:Gemm macs:7\nelse 1\nend-if 0\nend-loop 1\nend 1\n",
            text,
            StringComparison.Ordinal);
        Assert.Equal(21, Blocks().Macs);
        Assert.Equal(Blocks(), PlanReader.Read(text));
        Assert.NotEqual(PlanIdentity.ComputeHex(Blocks()), PlanIdentity.ComputeHex(Blocks() with { Steps = Blocks().Steps[0].Body }));
    }

    [Theory]
    [InlineData("count=long:3 while=arena.bool@64:1", "count=none while=none")]
    [InlineData("count=long:3", "count=long:-1")]
    [InlineData("count=long:3", "count=int:3")]
    [InlineData("count=long:3", "count=arena.i32@0:1")]
    [InlineData("while=arena.bool@64:1", "while=arena.u8@64:1")]
    [InlineData("while=arena.bool@64:1", "while=arena.bool@64:2")]
    [InlineData("index=arena.i64@128:1", "index=none")]
    [InlineData("index=arena.i64@128:1", "index=weights.i64@128:1")]
    [InlineData("index=arena.i64@128:1", "other=arena.i64@128:1")]
    [InlineData("condition=arena.bool@64:1", "condition=none")]
    [InlineData("condition=arena.bool@64:1", "condition=arena.bool@64:1 x=none")]
    [InlineData("else 1\n", "")]
    [InlineData("else 1", "else 2")]
    [InlineData("end-if 0\n", "")]
    [InlineData("end-loop 1", "end-loop 2")]
    [InlineData("end-loop 1\n", "")]
    public void Broken_blocks_are_refused(string from, string to)
    {
        string text = PlanWriter.Write(Blocks());
        Assert.Contains(from, text, StringComparison.Ordinal);
        Assert.Throws<PlanFormatException>(() => PlanReader.Read(text.Replace(from, to, StringComparison.Ordinal)));
    }

    [Fact]
    public void Blocks_nested_too_deep_are_refused()
    {
        ExecutionPlan plan = Blocks();
        for (int i = 0; i < 70; i++)
        {
            plan = plan with { Steps = new PlanList<PlanStep>([plan.Steps[0] with { Body = plan.Steps }]) };
        }

        Assert.Throws<PlanFormatException>(() => PlanReader.Read(PlanWriter.Write(plan)));
    }

    [Fact]
    public void The_culture_of_the_thread_does_not_matter()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        string invariant = PlanWriter.Write(RandomPlans.Create(3));
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("de-DE") { NumberFormat = { NegativeSign = "~" } };
            Assert.Equal(invariant, PlanWriter.Write(PlanReader.Read(invariant)));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_text_cut_anywhere_is_refused()
    {
        string text = PlanWriter.Write(RandomPlans.Create(7));
        for (int length = 0; length < text.Length; length++)
        {
            Assert.Throws<PlanFormatException>(() => PlanReader.Read(text[..length]));
        }
    }

    [Fact]
    public void A_broken_line_is_refused_with_its_number()
    {
        string[] lines = PlanWriter.Write(OneStep([new IntArgument("m", 1)])).TrimEnd('\n').Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string kept = lines[i];
            lines[i] = kept.StartsWith('#') ? "?" : kept + "?";
            PlanFormatException exception = Assert.Throws<PlanFormatException>(() => PlanReader.Read(string.Join('\n', lines) + "\n"));
            Assert.Equal(i + 1, exception.Line);
            lines[i] = kept;
        }
    }

    [Fact]
    public void Random_damage_never_raises_anything_else()
    {
        var random = new Random(11);
        string text = PlanWriter.Write(RandomPlans.Create(5));
        for (int i = 0; i < 5_000; i++)
        {
            char[] damaged = text.ToCharArray();
            for (int n = random.Next(1, 4); n > 0; n--)
            {
                damaged[random.Next(damaged.Length)] = (char)random.Next(1, 130);
            }

            Assert.True(Record.Exception(() => PlanReader.Read(new string(damaged))) is null or PlanFormatException);
        }
    }

    [Theory]
    [InlineData("modelbuild-plan 1", "modelbuild-plan 2")]
    [InlineData("class \"MPredictor\"", "class \"M; evil\"")]
    [InlineData("class \"MPredictor\"", "class \"1M\"")]
    [InlineData("namespace \"\"", "namespace \"a..b\"")]
    [InlineData("call Gemm.F32", "call Gemm.F32.X")]
    [InlineData("call Gemm.F32", "call Gemm(.F32")]
    [InlineData("label:Gemm", "label:Ge-mm")]
    [InlineData("m=int:1", "m=int:99999999999")]
    [InlineData("m=int:1", "m=int:1 m=int:2")]
    [InlineData("m=int:1", "m=float:Infinity")]
    [InlineData("m=int:1", "m=float:1e99")]
    [InlineData("m=int:1", "m=float: 1")]
    [InlineData("m=int:1", "m=arena.f32@4096:1")]
    [InlineData("m=int:1", "m=arena.f32@32:1")]
    [InlineData("m=int:1", "m=arena.f32@64:1009")]
    [InlineData("m=int:1", "m=weights.f64@0:9223372036854775807")]
    [InlineData("m=int:1", "m=input0.f32:785")]
    [InlineData("m=int:1", "m=input0.u8:784")]
    [InlineData("m=int:1", "m=input-1.f32:1")]
    [InlineData("m=int:1", "m=enum:Relu")]
    [InlineData("dims=784", "dims=65536,65536")]
    [InlineData("dims=784", "dims=-1")]
    [InlineData("arena-bytes 4096", "arena-bytes -1")]
    [InlineData("end 1", "end 2")]
    [InlineData("end 1\n", "end 1\nend 1\n")]
    [InlineData("source-hash \"\"", "source-hash \"xyz\"")]
    public void Values_out_of_range_are_refused(string from, string to)
    {
        string text = PlanWriter.Write(OneStep([new IntArgument("m", 1)]));
        Assert.Contains(from, text, StringComparison.Ordinal);
        Assert.Throws<PlanFormatException>(() => PlanReader.Read(text.Replace(from, to, StringComparison.Ordinal)));
    }

    [Fact]
    public void A_text_beyond_16_MiB_is_refused() =>
        Assert.Throws<PlanFormatException>(() => PlanReader.Read(new string('#', PlanReader.MaxLength + 1)));

    [Fact]
    public void Identity_counts_the_layout_and_not_the_names()
    {
        ExecutionPlan plan = OneStep([new IntArgument("m", 1)]);
        Assert.Equal(PlanIdentity.ComputeHex(plan), PlanIdentity.ComputeHex(plan with { SourceHash = "00", ModelName = "other" }));
        Assert.NotEqual(PlanIdentity.ComputeHex(plan), PlanIdentity.ComputeHex(plan with { WeightsBytes = 8192 }));
        Assert.NotEqual(PlanIdentity.ComputeHex(plan), PlanIdentity.ComputeHex(OneStep([new IntArgument("m", 2)])));
    }

    private static ExecutionPlan Blocks()
    {
        ExecutionPlan plan = OneStep([]);
        var condition = new PlanOperand(PlanMemory.Arena, PlanElementType.Bool, 0, 64, 1);
        var choice = new PlanStep("If 'i'", "If", "", new PlanList<PlanArgument>([new OperandArgument("condition", condition)]), 0) { Kind = PlanStepKind.If, Body = plan.Steps };
        var index = new PlanOperand(PlanMemory.Arena, PlanElementType.I64, 0, 128, 1);
        return plan with
        {
            Steps = new PlanList<PlanStep>(
            [
                new PlanStep("Loop 'l'", "Loop", "", new PlanList<PlanArgument>([new LongArgument("count", 3), new OperandArgument("while", condition), new OperandArgument("index", index)]), 0)
                {
                    Kind = PlanStepKind.Loop,
                    Body = new PlanList<PlanStep>([choice]),
                },
            ]),
        };
    }

    [Theory]
    [InlineData("keys numbers", "keys letters")]
    [InlineData("key \"-3\"\n", "")]
    [InlineData("key \"-3\"", "key \"+3\"")]
    [InlineData("key \"-3\"", "key \"7\"")]
    [InlineData("key \"-3\"", "key \"9223372036854775808\"")]
    [InlineData("keys numbers", "keys positions")]
    [InlineData("keys numbers \"0\"", "keys numbers")]
    public void Keys_that_fit_no_map_are_refused(string from, string to)
    {
        ExecutionPlan plan = OneStep([]);
        PlanPort port = plan.Inputs[0] with { Dims = new PlanList<long>([1, 2]), Symbols = new PlanList<string>(["", ""]), Keys = new PlanKeys(PlanKeyKind.Numbers, new PlanList<string>(["7", "-3"]), "0") };
        string text = PlanWriter.Write(plan with { Inputs = new PlanList<PlanPort>([port]) });

        Assert.Equal(port, PlanReader.Read(text).Inputs[0]);
        Assert.Throws<PlanFormatException>(() => PlanReader.Read(text.Replace(from, to, StringComparison.Ordinal)));
    }

    private static ExecutionPlan OneStep(PlanArgument[] arguments) => new()
    {
        ModelName = "m",
        ClassName = "MPredictor",
        ArenaBytes = 4096,
        WeightsBytes = 4096,
        Inputs = new PlanList<PlanPort>([new PlanPort("x", "X", PlanElementType.F32, new PlanList<long>([784]), new PlanList<string>([""]))]),
        Outputs = new PlanList<PlanPort>([new PlanPort("y", "Y", PlanElementType.F32, new PlanList<long>([10]), new PlanList<string>([""]))]),
        Steps = new PlanList<PlanStep>([new PlanStep("Gemm '/fc1'", "Gemm", "Gemm.F32", new PlanList<PlanArgument>(arguments), 7)]),
    };
}
