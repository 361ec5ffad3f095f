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
        int counted = context.Steps.Count(s => s.Count >= 0);
        SizedNumbers sized = new(context, numbers.AsMemory()[position..^(bytes.Length + counted)], bytes, weights);
        List<string> nodes = [];
        PlanList<PlanStep> steps = new StepResolver(sized).ResolveAll(context.Steps, nodes);
        (PlanStep Step, string Node)[] all = [.. Placed(sized.Stores, [.. steps.Select((s, i) => (s with { Count = s.Count < 0 ? -1 : s.Count + dims.Count(d => !d.IsCounted) }, nodes[i]))])];
        return new SizedPart(box, graph, dims, numbers)
        {
            Samples = samples,
            Ports = ports,
            Doubts = fitter.Doubts,
            Buffers = sized.Buffers,
            Bounds = numbers[^(bytes.Length + counted)..^bytes.Length],
            Steps = new PlanList<PlanStep>(all.Select(s => s.Step)),
            StepNodes = [.. all.Select(s => s.Node)],
        };
    }

    // What is made of a counted size stands after the step that counts it, all else before all steps.
    private static IEnumerable<(PlanStep Step, string Node)> Placed(IReadOnlyList<PlanStep> stores, (PlanStep Step, string Node)[] steps)
    {
        List<PlanStep> waiting = [.. stores];
        for (int i = -1; i < steps.Length; i++)
        {
            if (i >= 0)
            {
                yield return steps[i];
            }

            if (i == -1 || steps[i].Step.Count >= 0)
            {
                int next = steps.Skip(i + 1).Where(s => s.Step.Count >= 0).Select(s => s.Step.Count).DefaultIfEmpty(int.MaxValue).First();
                foreach (PlanStep store in waiting.Where(s => ((SizesArgument)s.Arguments[1]).Values.Max(v => v.LastDim) < next).ToArray())
                {
                    waiting.Remove(store);
                    yield return (store, "");
                }
            }
        }
    }

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
