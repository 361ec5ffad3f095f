using System.Collections.Generic;
using ModelBuild.Plan.Text;

namespace ModelBuild.Plan;

/// <summary>Reads the text that <see cref="PlanWriter"/> writes, and refuses everything else.</summary>
public static class PlanReader
{
    /// <summary>The first word of the text.</summary>
    public const string Magic = "modelbuild-plan";

    /// <summary>Longest text that is read, in characters.</summary>
    public const int MaxLength = 16 * 1024 * 1024;

    private const int MaxDepth = 64;

    /// <summary>Reads a plan and checks that its names are identifiers and its operands lie within their memory.</summary>
    /// <exception cref="PlanFormatException">The text is not a plan of version <see cref="ExecutionPlan.FormatVersion"/>.</exception>
    public static ExecutionPlan Read(string text)
    {
        if (text.Length > MaxLength)
        {
            throw new PlanFormatException(1, $"The text holds {text.Length} characters; a plan has at most {MaxLength}.");
        }

        var lines = new TextLines(text);
        lines.ReadHeader(Magic, ExecutionPlan.FormatVersion);
        ExecutionPlan plan = ReadFields(lines);
        plan = plan with { Dims = SizedPlanReader.ReadDims(lines) };
        plan = plan with
        {
            Inputs = ReadPorts(lines, "input", plan.Dims.Count),
            Outputs = ReadPorts(lines, "output", plan.Dims.Count),
        };
        PortChecks.Ports(plan, lines.Number);
        plan = plan with { Labels = ReadLabels(lines) };
        PortChecks.Labels(plan, lines.Number);
        plan = plan with { Buffers = SizedPlanReader.ReadBuffers(lines, plan) };
        plan = plan with { Steps = ReadSteps(lines, plan) };
        StepChecks.Counts(plan.Steps, plan, lines.Number);
        plan = plan with { Variants = ReadVariants(lines, plan) };
        foreach (PlanVariant variant in plan.Variants)
        {
            StepChecks.Counts(variant.Steps, plan, lines.Number);
        }

        lines.ReadEnd(plan.Steps.Count);
        return plan;
    }

    private static ExecutionPlan ReadFields(TextLines lines) => new()
    {
        ModelName = lines.ReadString("model"),
        SourceFile = lines.ReadString("source"),
        SourceHash = lines.ReadHash("source-hash"),
        OptionsHash = lines.ReadHash("options-hash"),
        Opset = (int)lines.ReadNumber("opset", 0, int.MaxValue),
        Namespace = NameChecks.Namespace(lines.ReadString("namespace"), lines.Number),
        ClassName = NameChecks.Identifier(lines.ReadString("class"), lines.Number),
        IsPublic = lines.ReadBool("public"),
        Runtime = PlanNames.TryParse(lines.ReadWord("runtime"), out PlanRuntime runtime) ? runtime : throw lines.Error("Unknown runtime."),
        Weights = PlanNames.TryParse(lines.ReadWord("weights"), out PlanWeights weights) ? weights : throw lines.Error("Unknown weights form."),
        Compression = lines.ReadString("compression"),
        HasFreeBatch = lines.ReadBool("free-batch"),
        ArenaBytes = lines.ReadNumber("arena-bytes", 0, long.MaxValue),
        WeightsBytes = lines.ReadNumber("weights-bytes", 0, long.MaxValue),
        WeightsHash = lines.ReadHash("weights-hash"),
        SourceWeightsBytes = lines.ReadNumber("source-weights-bytes", 0, long.MaxValue),
        Parameters = lines.ReadNumber("parameters", 0, long.MaxValue),
        LabelsOutput = (int)lines.ReadNumber("labels-output", 0, int.MaxValue),
        LabelsAreProbabilities = lines.ReadBool("labels-are-probabilities"),
    };

    private static PlanList<PlanPort> ReadPorts(TextLines lines, string key, int sizes)
    {
        var ports = new List<PlanPort>();
        while (lines.NextIs(key))
        {
            LineScanner scanner = lines.ReadScanner(key);
            string name = scanner.ReadQuoted();
            scanner.Expect(' ');
            string identifier = NameChecks.Identifier(scanner.ReadWord(), lines.Number);
            scanner.Expect(' ');
            if (!PlanNames.TryParse(scanner.ReadWord(), out PlanElementType type))
            {
                throw lines.Error("Unknown element type.");
            }

            scanner.Expect(" dims=");
            PlanList<long> dims = ArgumentParser.Longs(scanner.ReadWord(), lines.Number);
            PlanList<PlanSize> portSizes = PlanList<PlanSize>.Empty;
            if (sizes > 0 && scanner.NextIs(" sizes="))
            {
                scanner.Expect(" sizes=");
                portSizes = ArgumentParser.Sizes(scanner.ReadWord(), lines.Number);
            }

            scanner.Expect(" symbols=");
            var symbols = new List<string>();
            while (!scanner.IsAtEnd)
            {
                if (symbols.Count > 0)
                {
                    scanner.Expect(',');
                }

                symbols.Add(scanner.ReadQuoted());
            }

            PortChecks.Dims(dims, symbols.Count, portSizes.Count > 0, lines.Number);
            SizedPlanReader.CheckPort(dims, portSizes, sizes, lines.Number);
            PlanPort port = new(name, identifier, type, dims, new PlanList<string>(symbols)) { Sizes = portSizes };
            ports.Add(key == "input" && lines.NextIs("keys") ? port with { Keys = ReadKeys(lines, port) } : port);
        }

        return new PlanList<PlanPort>(ports);
    }

    private static PlanKeys ReadKeys(TextLines lines, PlanPort port)
    {
        LineScanner scanner = lines.ReadScanner("keys");
        if (!PlanNames.TryParse(scanner.ReadWord(), out PlanKeyKind kind))
        {
            throw lines.Error("Unknown kind of keys.");
        }

        scanner.Expect(' ');
        string missing = scanner.ReadQuoted();
        scanner.ExpectEnd();
        var names = new List<string>();
        while (lines.NextIs("key"))
        {
            names.Add(lines.ReadString("key"));
        }

        PlanKeys keys = new(kind, new PlanList<string>(names), missing);
        PortChecks.Keys(keys, port, lines.Number);
        return keys;
    }

    private static PlanList<string> ReadLabels(TextLines lines)
    {
        var labels = new List<string>();
        while (lines.NextIs("label"))
        {
            labels.Add(lines.ReadString("label"));
        }

        return new PlanList<string>(labels);
    }

    private static PlanList<PlanVariant> ReadVariants(TextLines lines, ExecutionPlan plan)
    {
        var variants = new List<PlanVariant>();
        while (lines.NextIs("variant"))
        {
            PlanVariant variant = SizedPlanReader.ReadVariant(lines, plan);
            variants.Add(variant with { Steps = ReadBlock(lines, plan with { Buffers = variant.Buffers }, "end-variant", 0) });
        }

        return new PlanList<PlanVariant>(variants);
    }

    private static PlanList<PlanStep> ReadSteps(TextLines lines, ExecutionPlan plan, int depth = 0)
    {
        if (depth > MaxDepth)
        {
            throw lines.Error($"Blocks are nested more than {MaxDepth} deep.");
        }

        var steps = new List<PlanStep>();
        while (lines.NextIs("#"))
        {
            string comment = lines.ReadComment();
            if (lines.NextIs("loop"))
            {
                PlanStep loop = ReadStep(lines, plan, comment, "loop") with { Kind = PlanStepKind.Loop };
                StepChecks.Loop(loop.Arguments, lines.Number);
                steps.Add(loop with { Body = ReadBlock(lines, plan, "end-loop", depth) });
            }
            else if (lines.NextIs("if"))
            {
                PlanStep choice = ReadStep(lines, plan, comment, "if") with { Kind = PlanStepKind.If };
                StepChecks.Choice(choice.Arguments, lines.Number);
                choice = choice with { Body = ReadBlock(lines, plan, "else", depth) };
                steps.Add(choice with { Otherwise = ReadBlock(lines, plan, "end-if", depth) });
            }
            else
            {
                steps.Add(ReadStep(lines, plan, comment, "call"));
            }
        }

        return new PlanList<PlanStep>(steps);
    }

    private static PlanList<PlanStep> ReadBlock(TextLines lines, ExecutionPlan plan, string end, int depth)
    {
        PlanList<PlanStep> steps = ReadSteps(lines, plan, depth + 1);
        if (lines.ReadNumber(end, 0, int.MaxValue) != steps.Count)
        {
            throw lines.Error($"The block holds {steps.Count} steps and says another number.");
        }

        return steps;
    }

    private static PlanStep ReadStep(TextLines lines, ExecutionPlan plan, string comment, string key)
    {
        LineScanner scanner = lines.ReadScanner(key);
        string kernel = "";
        if (key == "call")
        {
            kernel = NameChecks.Kernel(scanner.ReadWord(), lines.Number);
            scanner.Expect(' ');
        }

        scanner.Expect("label:");
        string label = NameChecks.IdentifierPart(scanner.ReadWord(), lines.Number);
        scanner.Expect(" macs:");
        if (!TextNumbers.TryParse(scanner.ReadWord(), out long macs) || macs < 0)
        {
            throw lines.Error("The multiply-accumulates are not a number.");
        }

        int count = -1;
        if (key == "call" && scanner.NextIs(" counts:d"))
        {
            scanner.Expect(" counts:d");
            bool isNumber = TextNumbers.TryParse(scanner.ReadWord(), out count);
            if (!isNumber || count < 0 || count >= plan.Dims.Count || !plan.Dims[count].IsCounted)
            {
                throw lines.Error("A step counts a size that the plan does not have.");
            }
        }

        var arguments = new List<PlanArgument>();
        var names = new HashSet<string>(System.StringComparer.Ordinal);
        while (!scanner.IsAtEnd)
        {
            scanner.Expect(' ');
            PlanArgument argument = ArgumentParser.Parse(scanner.ReadWord(), lines.Number);
            if (!names.Add(argument.Name))
            {
                throw lines.Error($"The argument '{argument.Name}' stands twice.");
            }

            if (argument is OperandArgument operand)
            {
                StepChecks.Operand(operand.Operand, plan, lines.Number);
            }
            else
            {
                SizedPlanReader.CheckArgument(argument, plan.Dims.Count, lines.Number);
            }

            arguments.Add(argument);
        }

        return new PlanStep(comment, label, kernel, new PlanList<PlanArgument>(arguments), macs) { Count = count };
    }
}
