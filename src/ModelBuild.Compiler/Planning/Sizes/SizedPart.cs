using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Planning.Sizes;

/// <summary>The steps that serve a box of sizes.</summary>
internal sealed class SizedPart
{
    private readonly PlanSize[] _numbers;
    private readonly IReadOnlyList<PlanDim> _dims;

    private SizedPart(SizeBox box, Graph graph, IReadOnlyList<PlanDim> dims, PlanSize[] numbers)
    {
        Box = box;
        Graph = graph;
        _dims = dims;
        _numbers = numbers;
    }

    /// <summary>The sizes it serves.</summary>
    public SizeBox Box { get; }

    /// <summary>The graph as lowered for one choice of them.</summary>
    public Graph Graph { get; }

    /// <summary>How many sizes it serves, on a logarithmic scale.</summary>
    public double Weight => Box.Minimum.Select((m, i) => Math.Log(Box.Maximum[i] - m + 1.0)).Sum();

    /// <summary>The sizes that the expressions were found from.</summary>
    public IReadOnlyList<long[]> Samples { get; private init; } = [];

    /// <summary>Sizes of inputs and outputs, in order.</summary>
    public IReadOnlyList<PlanSize[]> Ports { get; private init; } = [];

    /// <summary>What each counted size is never greater than.</summary>
    public IReadOnlyList<PlanSize> Bounds { get; private init; } = [];

    /// <summary>Scratch memory.</summary>
    public PlanList<PlanBuffer> Buffers { get; private init; } = PlanList<PlanBuffer>.Empty;

    /// <summary>Expressions that further samples must confirm, each with another that is exact so far.</summary>
    public IReadOnlyList<(PlanSize Chosen, PlanSize Other)> Doubts { get; private init; } = [];

    /// <summary>Steps.</summary>
    public PlanList<PlanStep> Steps { get; private init; } = PlanList<PlanStep>.Empty;

    /// <summary>Name of the node behind each step.</summary>
    public IReadOnlyList<string> StepNodes { get; private init; } = [];

    /// <summary>Finds the expressions and makes the steps.</summary>
    /// <param name="previous">What was found for fewer samples, or null; expressions that hold are kept.</param>
    /// <param name="lowered">The graph and its lowering at the greatest sample.</param>
    /// <param name="weights">Receives the constants.</param>
    /// <param name="fault">Makes the error.</param>
    public static SizedPart Create(
        SizedPart? previous, SizeBox box, IReadOnlyList<long[]> samples, SizeTrace[] traces, (Graph Graph, LoweringContext Context) lowered, IReadOnlyList<PlanDim> dims, WeightsBuilder weights, Func<string, ModelBuildException> fault)
    {
        SizeFitter fitter = new(samples);

        // A node without steps may come and go between sizes; then some axes are those of others, which is no harm: what is made of them must be exact as well.
        for (int i = 0; i < traces.Min(t => t.Axes.Length); i++)
        {
            int axis = i;
            fitter.AddAtom([.. traces.Select(t => t.Axes[axis])]);
        }

        PlanSize[] numbers = new PlanSize[traces[0].Numbers.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            long[] values = [.. traces.Select(t => t.Numbers[i])];
            numbers[i] = previous?.Confirmed(i, samples, values) ?? fitter.Fit(values) ?? throw fault(
                $"no expression was found for a number that is {string.Join(", ", values)} at {string.Join(", ", samples.Select(s => string.Join('x', s)))}.");
        }

        (Graph graph, LoweringContext context) = lowered;
        List<PlanSize[]> ports = [];
        int position = 0;
        foreach (TensorType type in SizeTrace.Ports(graph))
        {
            ports.Add(numbers[position..(position + type.Shape!.Rank)]);
            position += type.Shape.Rank;
        }

        PlanSize[] bytes = numbers[^context.Classes.Count..];
        context.ShareInPlace((a, b) => bytes[context.Classes.IndexOf(a)] == bytes[context.Classes.IndexOf(b)]);
        int counted = context.Steps.Where(s => s.Count >= 0).DistinctBy(s => s.Count).Count();
        SizedNumbers sized = new(context, numbers.AsMemory()[position..^(bytes.Length + counted)], bytes, weights);
        List<string> nodes = [];
        PlanList<PlanStep> steps = new StepResolver(sized).ResolveAll(context.Steps, nodes);
        PlanStep[] shifted = [.. steps.Select(s => Shifted(s, dims.Count(d => !d.IsCounted)))];
        List<string> placedNodes = [];
        PlanList<PlanStep> all = Placed(sized.Stores, shifted, nodes, placedNodes);
        HashSet<int> gone = [];
        CheckScopes(all, gone, fault);
        if (ports.SelectMany(p => p).Any(size => DependsOn(size, gone)))
        {
            throw fault("an output has a size that each iteration of a loop counts anew.");
        }

        return new SizedPart(box, graph, dims, numbers)
        {
            Samples = samples,
            Ports = ports,
            Doubts = fitter.Doubts,
            Buffers = sized.Buffers,
            Bounds = numbers[^(bytes.Length + counted)..^bytes.Length],
            Steps = all,
            StepNodes = placedNodes,
        };
    }

    private static PlanStep Shifted(PlanStep step, int calls) => step with
    {
        Count = step.Count < 0 ? -1 : step.Count + calls,
        Body = new PlanList<PlanStep>(step.Body.Select(s => Shifted(s, calls))),
        Otherwise = new PlanList<PlanStep>(step.Otherwise.Select(s => Shifted(s, calls))),
    };

    // What is made of a counted size stands after the step that counts it, all else before all steps.
    private static PlanList<PlanStep> Placed(IReadOnlyList<PlanStep> stores, IReadOnlyList<PlanStep> steps, List<string> nodes, List<string> placedNodes)
    {
        int first = CountsOf(steps).DefaultIfEmpty(int.MaxValue).Min();
        PlanStep[] before = [.. stores.Where(s => LastOf(s) < first)];
        placedNodes.AddRange(before.Select(_ => ""));
        List<PlanStep> placed = [.. before];
        foreach ((int i, PlanStep step) in steps.Index())
        {
            PlanStep[] own = [.. With(step)];
            placed.AddRange(own);
            placedNodes.AddRange(own.Select((_, n) => n == 0 ? nodes[i] : ""));
        }

        return new PlanList<PlanStep>(placed);

        IEnumerable<PlanStep> With(PlanStep step) => stores.Where(s => step.Count >= 0 && LastOf(s) == step.Count).Prepend(step with
        {
            Body = new PlanList<PlanStep>(step.Body.SelectMany(With)),
            Otherwise = new PlanList<PlanStep>(step.Otherwise.SelectMany(With)),
        });
    }

    private static int LastOf(PlanStep store) => ((SizesArgument)store.Arguments[1]).Values.Max(v => v.LastDim);

    private static IEnumerable<int> CountsOf(IEnumerable<PlanStep> steps) => steps.SelectMany(s => CountsOf(s.Body.Concat(s.Otherwise)).Prepend(s.Count)).Where(c => c >= 0);

    // What an iteration counts is another number in the next one: nothing after the loop may be as large.
    private static void CheckScopes(IEnumerable<PlanStep> steps, HashSet<int> gone, Func<string, ModelBuildException> fault)
    {
        foreach (PlanStep step in steps)
        {
            if (step.Arguments.SelectMany(SizesOf).Any(size => DependsOn(size, gone)))
            {
                throw fault($"{step.Comment} depends on a size that each iteration of a loop counts anew.");
            }

            gone.Remove(step.Count);
            CheckScopes(step.Body, gone, fault);
            CheckScopes(step.Otherwise, gone, fault);
            if (step.Kind == PlanStepKind.Loop)
            {
                gone.UnionWith(CountsOf(step.Body));
            }
        }
    }

    private static bool DependsOn(PlanSize size, HashSet<int> dims)
    {
        int count = size.LastDim + 1;
        return dims.Count > 0 && size.Replace([.. Enumerable.Range(0, count).Select(d => new SizeDim(d))]) != size.Replace([.. Enumerable.Range(0, count).Select(d => new SizeDim(dims.Contains(d) ? d + count : d))]);
    }

    private static IEnumerable<PlanSize> SizesOf(PlanArgument argument) => argument switch
    {
        OperandArgument { Operand.Size: { } size } => [size],
        SizeArgument size => [size.Value],
        SizesArgument sizes => sizes.Values,
        _ => [],
    };

    /// <summary>True when every expression gives the number that was found at these sizes.</summary>
    public bool IsExact(long[] sizes, SizeTrace trace) => _numbers.Select((n, i) => n.Evaluate(sizes) == trace.Numbers[i]).All(same => same);

    // An expression that stands in doubt, or is made of one, is looked for again.
    private PlanSize? Confirmed(int number, IReadOnlyList<long[]> samples, long[] values)
    {
        PlanSize size = _numbers[number];
        for (int i = 0; i < values.Length; i++)
        {
            if (size.Evaluate(samples[i]) != values[i])
            {
                return null;
            }
        }

        return size is SizeNumber || !Doubts.Any(d => Contains(size, d.Chosen)) ? size : null;
    }

    private static bool Contains(PlanSize whole, PlanSize part) => whole == part || whole switch
    {
        SizeSum sum => Contains(sum.A, part) || Contains(sum.B, part),
        SizeProduct product => Contains(product.A, part) || Contains(product.B, part),
        SizeQuotient quotient => Contains(quotient.Value, part),
        SizeMinimum minimum => Contains(minimum.A, part) || Contains(minimum.B, part),
        SizeMaximum maximum => Contains(maximum.A, part) || Contains(maximum.B, part),
        _ => false,
    };

    /// <summary>True when inputs and outputs have the sizes that were found.</summary>
    public bool HasPortsOf(long[] sizes, SizeTrace trace) => Ports.SelectMany(p => p).Select((n, i) => n.Evaluate(sizes) == trace.Numbers[i]).All(same => same);

    /// <summary>The steps for sizes outside the box, with the ports of another plan for them.</summary>
    public CompiledModel At(long[] sizes, ExecutionPlan ports, byte[] weights)
    {
        ExecutionPlan plan = new() { Dims = new PlanList<PlanDim>(_dims), Inputs = ports.Inputs, Outputs = ports.Outputs, Buffers = Buffers, Steps = Steps, WeightsBytes = weights.Length };
        return new CompiledModel(PlanSizes.At(plan, sizes), weights, StepNodes);
    }
}
