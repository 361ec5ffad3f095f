using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis.CSharp;
using ModelBuild.Plan;

namespace ModelBuild.Generator.Emission;

/// <summary>A plan with the names that its class uses.</summary>
internal sealed class PredictorModel
{
    // Names of parameters and locals in the generated methods, which a port must not take.
    private static readonly string[] s_reservedParameters =
        ["batch", "best", "call", "destination", "inputs", "item", "iteration", "options", "outputs", "owner", "scratch", "sizes", "threads", "workspace"];

    private static readonly string[] s_members =
    [
        "CheckOverlaps", "Classify", "CompileAhead", "CompileOthersAhead", "CreateWorkspace", "Dispose", "Forward", "Info", "Labels", "PlanHash", "Predict", "PredictBatch", "ScratchBytes", "Shared", "Sizes", "TopK", "Workspace",
    ];

    public PredictorModel(ExecutionPlan plan, PlanVerification? verification)
    {
        Plan = plan;
        Verification = verification;
        var taken = new HashSet<string>(s_reservedParameters, StringComparer.Ordinal);
        Sizes = [.. plan.Dims.Where(static dim => !dim.IsCounted).Select(dim => CreateSize(dim, taken))];
        Inputs = [.. plan.Inputs.Select((port, index) => CreatePort(port, true, index, taken))];
        Outputs = [.. plan.Outputs.Select((port, index) => CreatePort(port, false, index, taken))];
        Counts = [.. Outputs.SelectMany(port => CreateCounts(port, taken))];
        Buffers = plan.Buffers;
        if (s_members.Contains(plan.ClassName, StringComparer.Ordinal) || Ports.Any(port => port.LengthName == plan.ClassName || MapsEmitter.MembersOf(port).Contains(plan.ClassName)))
        {
            throw new PlanFormatException(1, $"The class name '{plan.ClassName}' is also the name of a member; set another ClassName.");
        }

        ClassName = Escape(plan.ClassName);
        Namespace = string.Join(".", plan.Namespace.Split('.').Select(Escape));
    }

    public ExecutionPlan Plan { get; }

    public PlanVerification? Verification { get; }

    public string ClassName { get; }

    public string Namespace { get; }

    public IReadOnlyList<Port> Inputs { get; }

    public IReadOnlyList<Port> Outputs { get; }

    /// <summary>The sizes that are given with every call.</summary>
    public IReadOnlyList<SizeParameter> Sizes { get; }

    /// <summary>The sizes of outputs that a call finds out.</summary>
    public IReadOnlyList<CountParameter> Counts { get; }

    /// <summary>The buffers of the steps that are emitted.</summary>
    public PlanList<PlanBuffer> Buffers { get; private set; }

    /// <summary>Whether numbers of the steps are expressions.</summary>
    public bool IsSized => Plan.Dims.Count > 0;

    public IEnumerable<Port> Ports => Inputs.Concat(Outputs);

    /// <summary>The parameters of <c>Predict</c>.</summary>
    public IEnumerable<string> Parameters => SpanParameters.Concat(Counts.Select(static count => "out int " + count.Name));

    public IEnumerable<string> SpanParameters => SizeParameters.Concat(Ports.Select(static port => port.Declaration));

    /// <summary>The arguments for counts in a call of <c>Predict</c> that declares them.</summary>
    public IEnumerable<string> CountDeclarations => Counts.Select(static count => "out int " + count.Name);

    public IEnumerable<string> InputParameters => SizeParameters.Concat(Inputs.Select(static port => port.Declaration));

    public IEnumerable<string> SizeParameters => Sizes.Select(static size => "int " + size.Name);

    /// <summary>The arguments for the sizes in a call of another method.</summary>
    public IEnumerable<string> SizeNames => Sizes.Select(static size => size.Name);

    /// <summary>Whether an output may be the very span of an input: a plan of several of both reads such an input before it writes the output.</summary>
    public bool MayHaveState => Inputs.Count > 1 && Outputs.Count > 1;

    public bool HasLabels => Plan.Labels.Count > 0;

    /// <summary>Whether the class has built-in weights, and so <c>Shared</c> and a constructor without arguments.</summary>
    public bool HasWeights => Plan.Weights != PlanWeights.None;

    /// <summary>Whether several items can be predicted one after another: the leading size of every input and output is 1.</summary>
    public bool HasBatch => Counts.Count == 0 && HasItems;

    private bool HasItems => Plan.HasFreeBatch || Ports.All(static port => port.Source.Dims.Count > 0 && port.Source.Dims[0] == 1);

    /// <summary>Offset of an output's scores behind the arena, for <c>TopK</c>.</summary>
    public long ScoresOffset(int output)
    {
        long offset = RoundUp(Plan.ArenaBytes);
        for (int i = 0; i < output; i++)
        {
            offset += RoundUp(Outputs[i].Source.Count * ElementNames.Size(Outputs[i].Source.Type));
        }

        return offset;
    }

    /// <summary>Scratch bytes of one call.</summary>
    public long ScratchBytes => HasLabels && !IsSized && Plan.Runtime == PlanRuntime.Generated ? ScoresOffset(Outputs.Count) : Plan.ArenaBytes;

    /// <summary>An identifier, with <c>@</c> where it is a keyword.</summary>
    public static string Escape(string identifier) =>
        SyntaxFacts.GetKeywordKind(identifier) != SyntaxKind.None || SyntaxFacts.GetContextualKeywordKind(identifier) != SyntaxKind.None
            ? "@" + identifier
            : identifier;

    /// <summary>An expression for the number of elements of a port, where the sizes of the call are at hand.</summary>
    public string Length(Port port) => port.Source.IsSized && Sizes.Count > 0 ? $"{port.LengthName}({string.Join(", ", SizeNames)})" : port.LengthName;

    /// <summary>The same with the buffers of a variant.</summary>
    public PredictorModel With(PlanList<PlanBuffer> buffers)
    {
        var copy = (PredictorModel)MemberwiseClone();
        copy.Buffers = buffers;
        return copy;
    }

    public bool IsCounted(Port port) => !port.IsInput && port.Source.IsCounted(Sizes.Count);

    /// <summary>The stage in which a buffer is placed: 0 before the call, others after the size of that number has been counted, from 1.</summary>
    public int StageOf(PlanBuffer buffer) => Math.Max(0, buffer.Bytes.LastDim - Sizes.Count + 1);

    /// <summary>The expression of one size where <c>sizes</c> and <c>scratch</c> are at hand.</summary>
    public string Dim(int index) => index < Sizes.Count ? "sizes." + Sizes[index].Field : $"scratch.Count({NumberLiterals.Of(index - Sizes.Count)})";

    /// <summary>The greatest number of elements of a port, which depends on sizes of the call only; null where nothing bounds it.</summary>
    public PlanSize? Capacity(Port port)
    {
        List<PlanSize> dims = [];
        foreach (PlanDim dim in Plan.Dims)
        {
            if (!dim.IsCounted)
            {
                dims.Add(new SizeDim(dims.Count));
            }
            else if (dim.Bound is not null)
            {
                dims.Add(dim.Bound.Replace(dims));
            }
            else
            {
                break;
            }
        }

        return port.Source.Length.LastDim < dims.Count ? port.Source.Length.Replace(dims) : null;
    }

    private IEnumerable<CountParameter> CreateCounts(Port port, HashSet<string> taken)
    {
        int[] axes = [.. Enumerable.Range(0, port.Source.Sizes.Count).Where(axis => port.Source.Sizes[axis].LastDim >= Sizes.Count)];
        foreach (int axis in axes)
        {
            string suffix = axes.Length == 1 ? "" : NumberLiterals.Of(axis);
            string parameter = Parameter(port.Source.Identifier + "Count" + suffix, "Size", taken);
            yield return new CountParameter(port, axis, parameter, Escape(parameter), axes.Length == 1 ? port.Source.Name : $"{port.Source.Name}[{suffix}]");
        }
    }

    private static SizeParameter CreateSize(PlanDim source, HashSet<string> taken)
    {
        string parameter = Parameter(source.Identifier, "Size", taken);
        return new SizeParameter(source, parameter, Escape(parameter));
    }

    private static Port CreatePort(PlanPort source, bool isInput, int index, HashSet<string> taken)
    {
        string parameter = Parameter(source.Identifier, "Values", taken);
        return new Port(source, isInput, index, parameter, Escape(parameter)) { Row = source.Keys is null ? "" : Parameter(source.Identifier + "Row", "Values", taken) };
    }

    private static string Parameter(string identifier, string suffix, HashSet<string> taken)
    {
        string parameter = char.ToLowerInvariant(identifier[0]) + identifier.Substring(1);
        string stem = parameter + suffix;
        for (int number = 1; !taken.Add(parameter); number++)
        {
            parameter = number == 1 ? stem : stem + NumberLiterals.Of(number);
        }

        return parameter;
    }

    private static long RoundUp(long bytes) => (bytes + 63) / 64 * 64;
}
