using ModelBuild.Plan;

namespace ModelBuild.Generator.Tests;

/// <summary>Plans that the tests share.</summary>
internal static class SamplePlans
{
    public const int Pixels = 784;
    public const int Hidden = 128;
    public const int Classes = 10;

    /// <summary>Panels of 16 columns: 10 classes are packed as 16.</summary>
    public const int PackedClasses = 16;

    private const int Bias1Offset = Pixels * Hidden * 4;
    private const int Weights2Offset = Bias1Offset + (Hidden * 4);
    private const int Bias2Offset = Weights2Offset + (Hidden * PackedClasses * 4);

    public const int DigitsWeightsBytes = Bias2Offset + 64;

    public static readonly PlanVerification Verification = new()
    {
        MaxAbsoluteError = 0.0031,
        MaxRelativeError = 0.008,
        SqnrDb = 41.2,
        Samples = 256,
        MetricName = "top1",
        MetricSource = 0.9872,
        MetricDeployed = 0.9868,
    };

    /// <summary>Two dense layers with labels and a free batch.</summary>
    public static ExecutionPlan Digits { get; } = new()
    {
        ModelName = "digits",
        SourceFile = "digits.onnx",
        SourceHash = "7f3c",
        OptionsHash = "91ab",
        Opset = 17,
        Namespace = "MyApp.Models",
        ClassName = "DigitsPredictor",
        IsPublic = true,
        HasFreeBatch = true,
        ArenaBytes = 512,
        WeightsBytes = DigitsWeightsBytes,
        WeightsHash = "c0de",
        SourceWeightsBytes = 407_080,
        Parameters = 101_770,
        Labels = new PlanList<string>(Enumerable.Range(0, Classes).Select(static digit => $"{digit}")),
        Inputs = new PlanList<PlanPort>([Port("image", "Image", PlanElementType.F32, [1, 1, 28, 28], ["batch", "", "", ""])]),
        Outputs = new PlanList<PlanPort>([Port("logits", "Logits", PlanElementType.F32, [1, Classes], ["batch", ""])]),
        Steps = new PlanList<PlanStep>(
        [
            Gemm("Gemm '/fc1/Gemm' + Relu '/relu/Relu'", "Gemm_Relu", Input(0, Pixels), 0, Bias1Offset, Arena(0, Hidden), Hidden, Pixels, "Relu"),
            Gemm("Gemm '/fc2/Gemm'", "Gemm", Arena(0, Hidden), Weights2Offset, Bias2Offset, Output(0, Classes), Classes, Hidden, "None"),
        ]),
    };

    /// <summary>The digits network over as many rows as a call gives, one of its layers by other steps for a single row.</summary>
    public static ExecutionPlan Sized { get; } = Digits with
    {
        ClassName = "SizedPredictor",
        HasFreeBatch = false,
        ArenaBytes = 0,
        Labels = PlanList<string>.Empty,
        Dims = new PlanList<PlanDim>([new PlanDim("rows", "Rows", 1, 64)]),
        Inputs = new PlanList<PlanPort>([SizedPort("image", "Image", Pixels)]),
        Outputs = new PlanList<PlanPort>([SizedPort("logits", "Logits", Classes)]),
        Buffers = new PlanList<PlanBuffer>([new PlanBuffer(PlanSize.Product(new SizeDim(0), PlanSize.Of(Hidden * 4)), 0, 1)]),
        Steps = new PlanList<PlanStep>(Digits.Steps.Select(step => Rows(step, new SizeDim(0)))),
        Variants = new PlanList<PlanVariant>([new PlanVariant(
            new PlanList<long>([1]), new PlanList<long>([1]), new PlanList<PlanBuffer>([new PlanBuffer(PlanSize.Of(Hidden * 4), 0, 1)]),
            new PlanList<PlanStep>(Digits.Steps.Select(step => Rows(step, PlanSize.Of(1)))))]),
    };

    /// <summary>Boxes that a step counts, and their scores; how many numbers a range has is bounded by nothing.</summary>
    public static ExecutionPlan Counted { get; } = Digits with
    {
        ModelName = "detector",
        SourceFile = "detector.onnx",
        ClassName = "CountedPredictor",
        HasFreeBatch = false,
        ArenaBytes = 0,
        WeightsBytes = 64,
        Labels = PlanList<string>.Empty,
        Dims = new PlanList<PlanDim>(
        [
            new PlanDim("rows", "Rows", 1, 64),
            new PlanDim("count", "Count", 0, 512) { IsCounted = true, Bound = PlanSize.Product(new SizeDim(0), PlanSize.Of(8)) },
            new PlanDim("count2", "Count2", 0, int.MaxValue) { IsCounted = true },
        ]),
        Inputs = new PlanList<PlanPort>([SizedPort("image", "Image", 8), Port("limit", "Limit", PlanElementType.I64, [], [])]),
        Outputs = new PlanList<PlanPort>(
        [
            Port("found", "Found", PlanElementType.I64, [2, -1], ["", "count"]) with { Sizes = new PlanList<PlanSize>([PlanSize.Of(2), new SizeDim(1)]) },
            Port("numbers", "Numbers", PlanElementType.I64, [-1], ["count2"]) with { Sizes = new PlanList<PlanSize>([new SizeDim(2)]) },
        ]),
        Buffers = new PlanList<PlanBuffer>([new PlanBuffer(PlanSize.Product(new SizeDim(1), PlanSize.Of(16)), 1, 2), new PlanBuffer(PlanSize.Of(8), 0, 3)]),
        Steps = new PlanList<PlanStep>(
        [
            new PlanStep("NonZero 'found'", "NonZero", "NonZero.Count", new PlanList<PlanArgument>([SizedOperand("x", PlanMemory.Input, PlanElementType.F32, 0, 8, 0)]), 0) { Count = 1 },
            new PlanStep("NonZero 'found'", "NonZero", "NonZero.Run", new PlanList<PlanArgument>(
            [
                SizedOperand("x", PlanMemory.Input, PlanElementType.F32, 0, 8, 0),
                SizedOperand("y", PlanMemory.Buffer, PlanElementType.I64, 0, 2, 1),
                new SizesArgument("shape", new PlanList<PlanSize>([new SizeDim(0), PlanSize.Of(8)]), false),
            ]), 0),
            new PlanStep("Identity 'found'", "Identity", "Copy.Run", new PlanList<PlanArgument>([SizedOperand("x", PlanMemory.Buffer, PlanElementType.I64, 0, 2, 1), SizedOperand("y", PlanMemory.Output, PlanElementType.I64, 0, 2, 1)]), 0),
            new PlanStep("Range 'numbers'", "Range", "Counts.Range", new PlanList<PlanArgument>(
            [
                Operand("start", PlanMemory.Weights, PlanElementType.I64, 0, 0, 1),
                Operand("limit", PlanMemory.Input, PlanElementType.I64, 1, 0, 1),
                Operand("delta", PlanMemory.Weights, PlanElementType.I64, 0, 0, 1),
            ]), 0) { Count = 2 },
            new PlanStep("Range 'numbers'", "Range", "Scan.Range", new PlanList<PlanArgument>(
            [
                Operand("start", PlanMemory.Weights, PlanElementType.I64, 0, 0, 1),
                Operand("delta", PlanMemory.Weights, PlanElementType.I64, 0, 0, 1),
                SizedOperand("y", PlanMemory.Output, PlanElementType.I64, 1, 1, 2),
            ]), 0),
        ]),
    };

    /// <summary>Every element type, no labels, no free batch, weights in a file, an internal class in the global namespace.</summary>
    public static ExecutionPlan EveryType { get; } = Digits with
    {
        ModelName = "types",
        SourceFile = "types.onnx",
        Namespace = "",
        ClassName = "TypesPredictor",
        IsPublic = false,
        HasFreeBatch = false,
        Weights = PlanWeights.File,
        Labels = PlanList<string>.Empty,
        ArenaBytes = 64,
        Inputs = new PlanList<PlanPort>(Enum.GetValues<PlanElementType>().Select(static type => Port($"in {type}", $"In{type}", type, [2, 3], ["", ""]))),
        Outputs = new PlanList<PlanPort>(Enum.GetValues<PlanElementType>().Select(static type => Port($"out {type}", $"Out{type}", type, [2, 3], ["", ""]))),
        Steps = new PlanList<PlanStep>(
        [
            new PlanStep("Add 'sum'", "Add", "Binary.Add", new PlanList<PlanArgument>(
            [
                Operand("a", PlanMemory.Input, PlanElementType.I64, 9, 0, 6),
                Operand("b", PlanMemory.Weights, PlanElementType.I64, 0, 64, 6),
                Operand("y", PlanMemory.Output, PlanElementType.I64, 9, 0, 6),
            ]), 0),
            new PlanStep("Add 'broadcast'", "AddBroadcast", "Binary.AddBroadcast", new PlanList<PlanArgument>(
            [
                Operand("a", PlanMemory.Input, PlanElementType.U8, 4, 0, 3),
                Operand("b", PlanMemory.Weights, PlanElementType.U8, 0, 0, 2),
                Operand("y", PlanMemory.Output, PlanElementType.U8, 4, 0, 6),
                new IntsArgument("shape", new PlanList<int>([2, 3])),
                new IntsArgument("aStrides", new PlanList<int>([0, 1])),
                new IntsArgument("bStrides", new PlanList<int>([1, 0])),
            ]), 0),
            new PlanStep("Begin strings", "BeginStrings", "Strings.Begin", new PlanList<PlanArgument>([new StringsArgument("strings"), Operand("literals", PlanMemory.Weights, PlanElementType.U8, 0, 128, 8)]), 0),
            new PlanStep("Read 'in String'", "ReadInString", "Strings.Read", new PlanList<PlanArgument>(
            [
                Operand("x", PlanMemory.Input, PlanElementType.String, 12, 0, 6),
                Operand("y", PlanMemory.Arena, PlanElementType.I32, 0, 0, 6),
                new StringsArgument("strings"),
            ]), 0),
            new PlanStep("Write 'out String'", "WriteOutString", "Strings.Write", new PlanList<PlanArgument>(
            [
                Operand("x", PlanMemory.Arena, PlanElementType.I32, 0, 0, 6),
                Operand("y", PlanMemory.Output, PlanElementType.String, 12, 0, 6),
                new StringsArgument("strings"),
            ]), 0),
        ]),
    };

    /// <summary>Names that try to leave their place in the generated code.</summary>
    public static ExecutionPlan Hostile { get; } = Digits with
    {
        ModelName = "\"; System.Environment.Exit(1); //",
        SourceFile = "a\nb\u2028c\u0085d */ <!-- ]]> \u202e.onnx",
        Namespace = "class.ModelBuild.System.@this".Replace("@", "", StringComparison.Ordinal),
        ClassName = "record",
        Compression = "</para></remarks>\n#error x",
        Labels = new PlanList<string>(["\"", "\\", "\n", "\u2028", "\ud800", "{0}", "\"\"\"", "*/", "\0", "\u202e"]),
        Inputs = new PlanList<PlanPort>([Port("\"*/\n<see cref=\"X\"/>\u2029&", "Class", PlanElementType.F32, [1, 784], ["<b>\n\"", "*/"])]),
        Outputs = new PlanList<PlanPort>([Port("batch", "Scratch", PlanElementType.F32, [1, Classes], ["\r", ""])]),
        Steps = new PlanList<PlanStep>(Digits.Steps.Select(static step => step with { Comment = "*/ }\n}\u2028evil();\u202e \"" + new string('x', 1000) })),
    };

    /// <summary>Maps with keys of words, of numbers and of positions, and a row beside them.</summary>
    public static ExecutionPlan Maps { get; } = Digits with
    {
        ModelName = "maps",
        SourceFile = "maps.onnx",
        ClassName = "MapsPredictor",
        Labels = PlanList<string>.Empty,
        ArenaBytes = 0,
        HasFreeBatch = false,
        Inputs = new PlanList<PlanPort>(
        [
            Port("words", "Words", PlanElementType.F32, [1, 2], ["", ""]) with { Keys = new PlanKeys(PlanKeyKind.Words, new PlanList<string>(["a", "\"b\"\n"]), "") },
            Port("numbers", "Numbers", PlanElementType.F32, [1, 2], ["", ""]) with { Keys = new PlanKeys(PlanKeyKind.Numbers, new PlanList<string>(["-9223372036854775808", "7"]), "") },
            Port("places", "Places", PlanElementType.F32, [1, 2], ["", ""]) with { Keys = new PlanKeys(PlanKeyKind.Positions, PlanList<string>.Empty, "") },
            Port("row", "Row", PlanElementType.F32, [1, 2], ["", ""]),
        ]),
        Outputs = new PlanList<PlanPort>([Port("y", "Y", PlanElementType.F32, [1, 2], ["", ""])]),
        Steps = new PlanList<PlanStep>(
        [
            new PlanStep("Add 'sum'", "Add", "Binary.Add", new PlanList<PlanArgument>(
            [
                Operand("a", PlanMemory.Input, PlanElementType.F32, 0, 0, 2),
                Operand("b", PlanMemory.Input, PlanElementType.F32, 1, 0, 2),
                Operand("y", PlanMemory.Output, PlanElementType.F32, 0, 0, 2),
            ]), 0),
        ]),
    };

    /// <summary>Many in-place additions between two copies of the input.</summary>
    public static ExecutionPlan Chain(int steps) => Digits with
    {
        ClassName = "ChainPredictor",
        Labels = PlanList<string>.Empty,
        ArenaBytes = 64,
        Inputs = new PlanList<PlanPort>([Port("x", "X", PlanElementType.F32, [1, 4], ["", ""])]),
        Outputs = new PlanList<PlanPort>([Port("y", "Y", PlanElementType.F32, [1, 4], ["", ""])]),
        Steps = new PlanList<PlanStep>(Enumerable.Range(0, steps).Select(index => new PlanStep($"Add '{index}'", "Add", "Binary.Add", new PlanList<PlanArgument>(
        [
            index == 0 ? Operand("a", PlanMemory.Input, PlanElementType.F32, 0, 0, 4) : Operand("a", PlanMemory.Arena, PlanElementType.F32, 0, 0, 4),
            Operand("b", PlanMemory.Weights, PlanElementType.F32, 0, 0, 4),
            index == steps - 1 ? Operand("y", PlanMemory.Output, PlanElementType.F32, 0, 0, 4) : Operand("y", PlanMemory.Arena, PlanElementType.F32, 0, 0, 4),
        ]), 0))),
    };

    /// <summary>Loops with a number, a condition and both, and a choice inside one of them: y is doubled until its first element is above the limit, three times more, and negated back.</summary>
    public static ExecutionPlan Blocks { get; } = Digits with
    {
        ClassName = "BlocksPredictor",
        Labels = PlanList<string>.Empty,
        ArenaBytes = 512,
        HasFreeBatch = false,
        Inputs = new PlanList<PlanPort>([Port("x", "X", PlanElementType.F32, [1, 4], ["", ""]), Port("iteration", "Iteration", PlanElementType.I64, [], [])]),
        Outputs = new PlanList<PlanPort>([Port("y", "Y", PlanElementType.F32, [1, 4], ["", ""]), Port("n", "N", PlanElementType.I64, [], [])]),
        Steps = new PlanList<PlanStep>(
        [
            Copy("Loop 'grow'", PlanMemory.Input, 0, PlanMemory.Arena, 0),
            Compare("Greater 'limit'"),
            new PlanStep("Loop 'grow'", "Loop", "", new PlanList<PlanArgument>(
                [new AbsentArgument("count"), Operand("while", PlanMemory.Arena, PlanElementType.Bool, 0, 64, 1), Operand("index", PlanMemory.Arena, PlanElementType.I64, 0, 128, 1)]), 0)
            {
                Kind = PlanStepKind.Loop,
                Body = new PlanList<PlanStep>([Double("Add 'twice'"), Compare("Greater 'limit'")]),
            },
            new PlanStep("Loop 'more'", "Loop", "", new PlanList<PlanArgument>(
                [Operand("count", PlanMemory.Input, PlanElementType.I64, 1, 0, 1), new AbsentArgument("while"), Operand("index", PlanMemory.Arena, PlanElementType.I64, 0, 192, 1)]), 0)
            {
                Kind = PlanStepKind.Loop,
                Body = new PlanList<PlanStep>(
                [
                    new PlanStep("If 'first'", "If", "", new PlanList<PlanArgument>([Operand("condition", PlanMemory.Arena, PlanElementType.Bool, 0, 64, 1)]), 0)
                    {
                        Kind = PlanStepKind.If,
                        Body = new PlanList<PlanStep>([Double("Add 'then'")]),
                        Otherwise = new PlanList<PlanStep>([Double("Add 'else'"), Double("Add 'else'")]),
                    },
                    new PlanStep("Identity 'n'", "Identity", "Copy.Run", new PlanList<PlanArgument>(
                        [Operand("x", PlanMemory.Arena, PlanElementType.I64, 0, 192, 1), Operand("y", PlanMemory.Output, PlanElementType.I64, 1, 0, 1)]), 0),
                ]),
            },
            new PlanStep("Loop 'last'", "Loop", "", new PlanList<PlanArgument>(
                [new LongArgument("count", 3), new AbsentArgument("while"), Operand("index", PlanMemory.Arena, PlanElementType.I64, 0, 256, 1)]), 0)
            {
                Kind = PlanStepKind.Loop,
                Body = new PlanList<PlanStep>([Double("Add 'last'")]),
            },
            Copy("Identity 'y'", PlanMemory.Arena, 0, PlanMemory.Output, 0),
        ]),
    };

    /// <summary>The same surface without a body.</summary>
    public static ExecutionPlan Signature(ExecutionPlan plan) => plan with
    {
        Runtime = PlanRuntime.Signature,
        Steps = PlanList<PlanStep>.Empty,
        Buffers = PlanList<PlanBuffer>.Empty,
        Variants = PlanList<PlanVariant>.Empty,
        ArenaBytes = 0,
        WeightsBytes = 0,
        WeightsHash = "",
        Parameters = 0,
    };

    /// <summary>The same surface over ONNX Runtime.</summary>
    public static ExecutionPlan OnnxRuntime(ExecutionPlan plan) => plan with { Runtime = PlanRuntime.OnnxRuntime, Steps = PlanList<PlanStep>.Empty, ArenaBytes = 0 };

    public static PlanPort Port(string name, string identifier, PlanElementType type, long[] dims, string[] symbols) =>
        new(name, identifier, type, new PlanList<long>(dims), new PlanList<string>(symbols));

    private static OperandArgument Operand(string name, PlanMemory memory, PlanElementType type, int index, long offset, long count) =>
        new(name, new PlanOperand(memory, type, index, offset, count));

    private static PlanStep Copy(string comment, PlanMemory from, int fromIndex, PlanMemory to, int toIndex) => new(comment, "Copy", "Copy.Run", new PlanList<PlanArgument>(
        [Operand("x", from, PlanElementType.F32, fromIndex, 0, 4), Operand("y", to, PlanElementType.F32, toIndex, 0, 4)]), 0);

    private static PlanStep Double(string comment) => new(comment, "Add", "Binary.Add", new PlanList<PlanArgument>(
        [Operand("a", PlanMemory.Arena, PlanElementType.F32, 0, 0, 4), Operand("b", PlanMemory.Arena, PlanElementType.F32, 0, 0, 4), Operand("y", PlanMemory.Arena, PlanElementType.F32, 0, 0, 4)]), 0);

    private static PlanStep Compare(string comment) => new(comment, "Less", "Compare.Less", new PlanList<PlanArgument>(
        [Operand("a", PlanMemory.Arena, PlanElementType.F32, 0, 0, 1), Operand("b", PlanMemory.Weights, PlanElementType.F32, 0, 0, 1), Operand("y", PlanMemory.Arena, PlanElementType.Bool, 0, 64, 1)]), 0);

    private static PlanPort SizedPort(string name, string identifier, int columns) =>
        Port(name, identifier, PlanElementType.F32, [-1, columns], ["rows", ""]) with { Sizes = new PlanList<PlanSize>([new SizeDim(0), PlanSize.Of(columns)]) };

    private static OperandArgument SizedOperand(string name, PlanMemory memory, PlanElementType type, int index, long factor, int dim) =>
        new(name, new PlanOperand(memory, type, index, 0, 0, PlanSize.Product(new SizeDim(dim), PlanSize.Of(factor))));

    // The step over rows, in a buffer instead of the arena.
    private static PlanStep Rows(PlanStep step, PlanSize rows) => step with
    {
        Arguments = new PlanList<PlanArgument>(step.Arguments.Select(argument => argument switch
        {
            IntArgument { Name: "m" } => rows is SizeNumber ? argument : new SizeArgument("m", rows, false),
            OperandArgument { Operand: { Memory: not PlanMemory.Weights } operand } => new OperandArgument(argument.Name, operand with
            {
                Memory = operand.Memory == PlanMemory.Arena ? PlanMemory.Buffer : operand.Memory,
                Count = rows is SizeNumber ? operand.Count : 0,
                Size = rows is SizeNumber ? null : PlanSize.Product(rows, PlanSize.Of(operand.Count)),
            }),
            _ => argument,
        })),
    };

    private static PlanOperand Input(int index, long count) => new(PlanMemory.Input, PlanElementType.F32, index, 0, count);

    private static PlanOperand Output(int index, long count) => new(PlanMemory.Output, PlanElementType.F32, index, 0, count);

    private static PlanOperand Arena(long offset, long count) => new(PlanMemory.Arena, PlanElementType.F32, 0, offset, count);

    private static PlanStep Gemm(string comment, string label, PlanOperand x, long weights, long bias, PlanOperand y, int n, int k, string activation) =>
        new(comment, label, "Gemm.F32", new PlanList<PlanArgument>(
        [
            new OperandArgument("x", x),
            Operand("w", PlanMemory.Weights, PlanElementType.F32, 0, weights, (n + 15) / 16 * 16 * k),
            Operand("bias", PlanMemory.Weights, PlanElementType.F32, 0, bias, n),
            new AbsentArgument("residual"),
            new OperandArgument("y", y),
            new IntArgument("m", 1),
            new IntArgument("n", n),
            new IntArgument("k", k),
            new EnumArgument("activation", "Activation", activation),
            new FloatArgument("alpha", 0),
            new FloatArgument("beta", 0),
            new BoolArgument("isFinite", true),
        ]), (long)n * k);
}
