namespace ModelBuild.Plan.Tests;

/// <summary>Seeded random plans that hold every kind of argument, and text of every kind of character.</summary>
internal static class RandomPlans
{
    private static readonly string[] s_texts =
    [
        "", "digits", "a \"quoted\" name", "line\nbreak\r\n\ttab", "back\\slash \\u0041", "*/ // <see cref=\"x\"/> &amp;", "\u0000\u0085\u2028\u2029\u202e\ufeff", "\ud83d", "日本語 é", " lead and trail ",
    ];

    private static readonly float[] s_floats =
    [
        0f, -0f, 1f, 0.1f, -3.4028235e38f, 1.401298e-45f, 1.17549435e-38f, float.NaN, BitConverter.Int32BitsToSingle(0x7fc12345), float.PositiveInfinity, float.NegativeInfinity, 16777217f,
    ];

    public static ExecutionPlan Create(int seed)
    {
        var random = new Random(seed);
        bool isFree = random.Next(2) == 0;
        PlanPort[] inputs = [.. Ports(random, "In", isFree, random.Next(0, 4)).Select(port => port with { Keys = Keys(random, port) })];
        PlanPort[] outputs = Ports(random, "Out", isFree, random.Next(1, 4));
        const long ArenaBytes = 1 << 20;
        const long WeightsBytes = 5L << 30;
        int labelsOutput = Array.FindIndex(outputs, static port => port.Type == PlanElementType.F32);
        return new ExecutionPlan
        {
            ModelName = Text(random),
            SourceFile = Text(random),
            SourceHash = "00ff12",
            OptionsHash = "",
            Opset = random.Next(1, 25),
            Namespace = random.Next(2) == 0 ? "" : "My.App.ünïcode",
            ClassName = "RandomPredictor",
            IsPublic = random.Next(2) == 0,
            Runtime = (PlanRuntime)random.Next(3),
            Weights = (PlanWeights)random.Next(3),
            Compression = Text(random),
            HasFreeBatch = isFree,
            ArenaBytes = ArenaBytes,
            WeightsBytes = WeightsBytes,
            WeightsHash = "abc0",
            SourceWeightsBytes = random.NextInt64(1L << 50),
            Parameters = random.NextInt64(1L << 50),
            Labels = labelsOutput < 0 ? PlanList<string>.Empty : new PlanList<string>(Enumerable.Range(0, (int)outputs[labelsOutput].Count).Select(_ => Text(random))),
            LabelsOutput = Math.Max(labelsOutput, 0),
            LabelsAreProbabilities = random.Next(2) == 0,
            Inputs = new PlanList<PlanPort>(inputs),
            Outputs = new PlanList<PlanPort>(outputs),
            Steps = new PlanList<PlanStep>(Enumerable.Range(0, random.Next(12)).Select(_ => Step(random, inputs, outputs, ArenaBytes, WeightsBytes, 2))),
        };
    }

    private static PlanPort[] Ports(Random random, string prefix, bool isFree, int count)
    {
        var ports = new PlanPort[count];
        for (int i = 0; i < count; i++)
        {
            long[] dims = [.. Enumerable.Range(0, random.Next(isFree ? 1 : 0, 5)).Select(axis => axis == 0 && isFree ? 1L : random.Next(1, 6))];
            ports[i] = new PlanPort($"{i}{Text(random)}", prefix + i, (PlanElementType)random.Next(13), new PlanList<long>(dims), new PlanList<string>(dims.Select(_ => Text(random))));
        }

        return ports;
    }

    private static PlanKeys? Keys(Random random, PlanPort port) => random.Next(4) switch
    {
        0 => new PlanKeys(PlanKeyKind.Words, new PlanList<string>(Enumerable.Range(0, (int)port.Count).Select(i => $"{i}{Text(random)}")), Text(random)),
        1 => new PlanKeys(PlanKeyKind.Numbers, new PlanList<string>(Enumerable.Range(0, (int)port.Count).Select(i => $"{i - 2}")), Text(random)),
        2 => new PlanKeys(PlanKeyKind.Positions, PlanList<string>.Empty, Text(random)),
        _ => null,
    };

    private static PlanStep Step(Random random, PlanPort[] inputs, PlanPort[] outputs, long arenaBytes, long weightsBytes, int depth)
    {
        if (depth > 0 && random.Next(4) == 0)
        {
            PlanList<PlanStep> Inner() => new(Enumerable.Range(0, random.Next(4)).Select(_ => Step(random, inputs, outputs, arenaBytes, weightsBytes, depth - 1)));
            return random.Next(2) == 0
                ? new PlanStep(Text(random), "Loop", "", new PlanList<PlanArgument>(Loop(random)), 0) { Kind = PlanStepKind.Loop, Body = Inner() }
                : new PlanStep(Text(random), "If", "", new PlanList<PlanArgument>([One("condition", PlanElementType.Bool)]), 0) { Kind = PlanStepKind.If, Body = Inner(), Otherwise = Inner() };
        }

        var arguments = new List<PlanArgument>
        {
            new OperandArgument("y", Port(PlanMemory.Output, random.Next(outputs.Length), outputs)),
            new OperandArgument("scratch", Block(random, PlanMemory.Arena, arenaBytes)),
            new OperandArgument("w", Block(random, PlanMemory.Weights, weightsBytes)),
            new AbsentArgument("bias"),
            new StringsArgument("strings"),
            new IntArgument("m", random.Next(int.MinValue, int.MaxValue)),
            new LongArgument("n", random.NextInt64(long.MinValue, long.MaxValue)),
            new FloatArgument("alpha", Float(random)),
            new DoubleArgument("beta", BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue))),
            new BoolArgument("flag", random.Next(2) == 0),
            new EnumArgument("activation", "Activation", "Relu"),
            new IntsArgument("shape", new PlanList<int>(Enumerable.Range(0, random.Next(4)).Select(_ => random.Next()))),
            new LongsArgument("strides", new PlanList<long>(Enumerable.Range(0, random.Next(4)).Select(_ => -random.NextInt64()))),
            new FloatsArgument("scales", new PlanList<float>(Enumerable.Range(0, random.Next(4)).Select(_ => Float(random)))),
        };
        if (inputs.Length > 0)
        {
            arguments.Insert(0, new OperandArgument("x", Port(PlanMemory.Input, random.Next(inputs.Length), inputs)));
        }

        return new PlanStep(Text(random), "Conv_Relu", "Gemm.F32", new PlanList<PlanArgument>(arguments), random.NextInt64(1L << 40));
    }

    private static PlanArgument[] Loop(Random random)
    {
        PlanArgument count = random.Next(3) switch { 0 => new LongArgument("count", random.NextInt64(long.MaxValue)), 1 => One("count", PlanElementType.I64), _ => new AbsentArgument("count") };
        PlanArgument condition = count is AbsentArgument || random.Next(2) == 0 ? One("while", PlanElementType.Bool) : new AbsentArgument("while");
        return [count, condition, One("index", PlanElementType.I64)];
    }

    private static OperandArgument One(string name, PlanElementType type) => new(name, new PlanOperand(PlanMemory.Arena, type, 0, 128, 1));

    private static PlanOperand Port(PlanMemory memory, int index, PlanPort[] ports) => new(memory, ports[index].Type, index, 0, ports[index].Count);

    private static PlanOperand Block(Random random, PlanMemory memory, long bytes)
    {
        long offset = random.NextInt64(bytes / 128) * 64;
        return new PlanOperand(memory, (PlanElementType)random.Next(12), 0, offset, random.NextInt64(Math.Min((bytes - offset) / 8, int.MaxValue)));
    }

    private static float Float(Random random) =>
        random.Next(2) == 0 ? s_floats[random.Next(s_floats.Length)] : BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue));

    private static string Text(Random random) => s_texts[random.Next(s_texts.Length)] + s_texts[random.Next(s_texts.Length)];
}
