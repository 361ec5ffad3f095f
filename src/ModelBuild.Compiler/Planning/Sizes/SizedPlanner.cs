using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Planning.Sizes;

/// <summary>
/// Plans a model whose sizes are given with every call. Operators lower fixed sizes only, so the graph is lowered for many choices of sizes; where the steps differ in numbers alone, an exact
/// expression in the sizes is found for every number and tried at sizes that were not looked at before. Where other kernels serve a part of the sizes, that part becomes a variant of its own.
/// </summary>
/// <param name="dims">The sizes.</param>
/// <param name="needed">The least value of each counted size that what follows it can take.</param>
/// <param name="allowsWinograd">True where convolutions may be computed by minimal filtering.</param>
/// <param name="compile">Lowers the graph for a choice of sizes, up to the point where nothing is left to do but lower its nodes.</param>
internal sealed class SizedPlanner(IReadOnlyList<PlanDim> dims, IReadOnlyList<long> needed, Func<IReadOnlyList<long>, Graph> compile, bool allowsWinograd, CancellationToken cancellation)
{
    private const int MaxVariants = 8;
    private const int MaxRefinements = 40;
    private const int LeastMajority = 3;

    /// <summary>Counted sizes are looked at up to this one even where there can only be one or two: few sizes are all special.</summary>
    private const long LeastLooked = 24;

    /// <summary>Not where there are more of them: the product of several must stay within memory.</summary>
    private const int MostLoosened = 3;

    private readonly Dictionary<PlanList<long>, SizeTrace> _traces = [];
    private WeightsBuilder _weights = new();

    /// <summary>Plans the whole range.</summary>
    /// <param name="names">C# names for inputs and outputs by their names in the model.</param>
    /// <exception cref="ModelBuildException">A step depends on the sizes in a way that no plan can express (MDB3004).</exception>
    public SizedPlan Plan(IReadOnlyDictionary<string, string>? names)
    {
        SizedPart[] parts = [.. Divide(Looked, 0)];

        // Constants of attempts that came to nothing stay behind.
        _weights = new WeightsBuilder();
        parts = [.. parts.Select(p => Create(p, p.Box, p.Samples))];

        // The part that most sizes lie in serves what no variant does.
        SizedPart main = parts.MaxBy(p => p.Weight)!;
        byte[] weights = _weights.ToArray();
        long[] greatest = [.. dims.Select((_, i) => SizeBox.Of(dims).Last(i))];
        PlanSize[] ports = Ports(parts, main);
        ExecutionPlan plan = Planner.Ports(main.Graph, names);
        plan = plan with
        {
            Dims = new PlanList<PlanDim>(Bounded(main)),
            Inputs = Sized(plan.Inputs, ports),
            Outputs = Sized(plan.Outputs, ports[plan.Inputs.Sum(i => i.Dims.Count)..]),
            WeightsBytes = weights.Length,
            Buffers = main.Buffers,
            Steps = main.Steps,
            Variants = new PlanList<PlanVariant>(parts.Where(p => p != main).Select(p => new PlanVariant(p.Box.Minimum, p.Box.Maximum, p.Buffers, p.Steps))),
        };
        plan = plan with { ArenaBytes = PlanSizes.At(plan, greatest).ArenaBytes };
        return new SizedPlan(new CompiledModel(plan, weights, main.StepNodes), main.Graph);
    }

    private long Loosened => dims.Count(d => d.IsCounted) <= MostLoosened ? LeastLooked : 0;

    private SizeBox Looked => SizeBox.Of([.. dims.Select((d, i) => d.IsCounted && d.Bound is null && (d.Minimum < d.Maximum || needed[i] > 0) ? d with { Maximum = Math.Max(d.Maximum, Loosened) } : d)]);

    private IEnumerable<PlanDim> Bounded(SizedPart main)
    {
        int calls = dims.Count(d => !d.IsCounted);
        return dims.Select((d, i) => d.IsCounted ? d with { Minimum = needed[i], Maximum = d.Bound is null ? int.MaxValue : d.Maximum } : d)
            .Select((d, i) => !d.IsCounted || d.Bound is not null || main.Bounds[i - calls] is SizeNumber { Value: < 0 } || main.Bounds[i - calls].LastDim >= i ? d : d with { Bound = main.Bounds[i - calls] });
    }

    // Inputs and outputs have one size whichever steps serve a call.
    private PlanSize[] Ports(SizedPart[] parts, SizedPart main)
    {
        long[][] samples = [.. parts.SelectMany(p => p.Samples)];
        SizeFitter fitter = new(samples);
        return [.. main.Ports.SelectMany(p => p).Select((size, index) =>
        {
            long[] values = [.. samples.Select(s => Trace(s).Numbers[index])];
            bool isExact = samples.Select((s, i) => size.Evaluate(s) == values[i]).All(same => same);
            return isExact ? size : fitter.Fit(values) ?? throw Fault($"an input or output follows no one expression: its size is {string.Join(", ", values)} at {string.Join(", ", samples.Select(s => string.Join('x', s)))}.");
        })];
    }

    private PlanList<PlanPort> Sized(PlanList<PlanPort> ports, PlanSize[] all) => new(ports.Select((port, i) =>
    {
        int first = ports.Take(i).Sum(p => p.Dims.Count);
        PlanList<PlanSize> sizes = new(all[first..(first + port.Dims.Count)]);
        return sizes.All(s => s is SizeNumber)
            ? port
            : port with
            {
                Sizes = sizes,
                Dims = new PlanList<long>(sizes.Select(s => s is SizeNumber number ? number.Value : -1)),
                Symbols = new PlanList<string>(sizes.Select(s => s is SizeDim dim ? dims[dim.Index].Name : "")),
            };
    }));

    private IEnumerable<SizedPart> Divide(SizeBox box, int depth)
    {
        IReadOnlyList<long[]> samples = [.. box.Samples(0).Select(Possible).DistinctBy(s => new PlanList<long>(s))];
        SizeTrace[] traces = [.. samples.Select(Trace)];
        SizeTrace general = traces.MaxBy(t => traces.Count(t.HasStructureOf))!;
        List<long[]> same = [.. samples.Where((_, i) => traces[i].HasStructureOf(general))];
        List<long[]> others = [.. samples.Where((_, i) => !traces[i].HasStructureOf(general))];
        SizedPart? part = null;
        if (same.Count >= LeastMajority || others.Count == 0)
        {
            try
            {
                part = Fit(box, same, general, _ => true);
            }
            catch (ModelBuildException) when (same.Any(s => !HasMany(s)) && same.Count(HasMany) >= LeastMajority)
            {
                // Steps for none or one of what is counted may have other numbers, and compute the same as those for many.
                others.AddRange(same.Where(s => !HasMany(s)));
                same.RemoveAll(s => !HasMany(s));
                part = Fit(box, same, general, HasMany);
            }
        }

        long[]? bad = others.Where(IsPossible).FirstOrDefault(s => part is null || !Serves(part, s)) ?? (part is null ? others[0] : null);
        if (bad is null)
        {
            return [part!];
        }

        if (depth == MaxVariants || Split(box, same, bad, general) is not { } split)
        {
            throw Fault(
                $"{Trace(bad).FirstDifference(general)} is lowered in another way at {Text(bad)} than at {Text(same[0])}, and the two cannot be told apart by a range of one size.");
        }

        return [.. Divide(split.Low, depth + 1), .. Divide(split.High, depth + 1)];
    }

    /// <summary>Finds an expression for every number, and tries it at further sizes until it holds.</summary>
    /// <param name="isOfUse">False for sizes at which the numbers need not be those of the expressions.</param>
    private SizedPart Fit(SizeBox box, IReadOnlyList<long[]> first, SizeTrace general, Func<long[], bool> isOfUse)
    {
        List<long[]> samples = [.. first];
        SizedPart? part = null;
        for (int round = 1; round <= MaxRefinements; round++)
        {
            part = Create(part, box, samples);
            long[][] doubtful = [.. box.Doubtful(part.Doubts, samples, s => !_traces.TryGetValue(new PlanList<long>(s), out SizeTrace? t) || t.HasStructureOf(general), round).Select(Possible).DistinctBy(s => new PlanList<long>(s)).Where(s => isOfUse(s) && Trace(s).HasStructureOf(general) && !samples.Any(k => k.AsSpan().SequenceEqual(s)))];
            long[][] wrong = doubtful.Length > 0 ? [] : [.. box.Samples(round).Select(Possible).Where(s => isOfUse(s) && Trace(s) is { } trace && trace.HasStructureOf(general) && !part.IsExact(s, trace))];
            if (doubtful.Length == 0 && wrong.Length == 0)
            {
                return part;
            }

            samples.AddRange([.. doubtful, .. wrong]);
        }

        throw Fault("the numbers of the steps follow no expression that holds at all sizes looked at.");
    }

    private bool HasMany(long[] sizes) => !sizes.Where((s, i) => dims[i].IsCounted && s < 2).Any();

    // The multiply-accumulates of the plan are those at the greatest sample.
    private SizedPart Create(SizedPart? previous, SizeBox box, IReadOnlyList<long[]> samples)
    {
        long[] greatest = samples.MaxBy(s => s.Aggregate(1.0, (a, b) => a * b))!;
        return SizedPart.Create(previous, box, [.. samples], [.. samples.Select(Trace)], Lowered(greatest), dims, _weights, Fault);
    }

    // Steps for other sizes may serve where the operators would choose others: as good as the build's own, which looks at the results.
    private bool Serves(SizedPart part, long[] sizes)
    {
        cancellation.ThrowIfCancellationRequested();
        if (!part.HasPortsOf(sizes, Trace(sizes)))
        {
            return false;
        }

        Graph graph = compile(sizes);
        CompiledModel own = Planner.Plan(graph, null, allowsWinograd, cancellation);
        try
        {
            return SizedComparison.Agree(own, part.At(sizes, own.Plan, _weights.ToArray()), graph, cancellation);
        }
        catch (Exception e) when (e is ArgumentException or OverflowException or InvalidOperationException or IndexOutOfRangeException)
        {
            // A kernel refuses numbers that only make sense elsewhere.
            return false;
        }
    }

    // Looks for one size whose value alone tells the odd sample from the others, and halves the gap to where the kernels change.
    private (SizeBox Low, SizeBox High)? Split(SizeBox box, List<long[]> same, long[] odd, SizeTrace general)
    {
        for (int dim = 0; dim < odd.Length; dim++)
        {
            // Which steps serve a call is decided before any of them counts.
            if (dims[dim].IsCounted)
            {
                continue;
            }

            int axis = dim;
            bool isBelow = same.All(s => s[axis] > odd[axis]);
            bool isAbove = same.All(s => s[axis] < odd[axis]);
            if (!isBelow && !isAbove)
            {
                continue;
            }

            long[] near = isBelow ? same.MinBy(s => s[axis])! : same.MaxBy(s => s[axis])!;
            long bad = odd[axis];
            long good = near[axis];
            while (Math.Abs(good - bad) > box.Step[dim])
            {
                long middle = box.Align(dim, (good + bad) / 2);
                if (Trace([.. near.Select((s, i) => i == axis ? middle : s)]).HasStructureOf(general))
                {
                    good = middle;
                }
                else
                {
                    bad = middle;
                }
            }

            long end = Math.Min(good, bad);
            return (box.With(dim, box.Minimum[dim], end), box.With(dim, end + box.Step[dim], box.Maximum[dim]));
        }

        return null;
    }

    // A size that is counted is no greater than what is counted allows, or than what is looked at anyway.
    private long[] Possible(long[] sizes)
    {
        int calls = dims.Count(d => !d.IsCounted);
        for (int i = calls; i < sizes.Length; i++)
        {
            long[] bounds = Trace(sizes).Bounds;
            long most = i - calls < bounds.Length && bounds[i - calls] >= 0 ? Math.Max(bounds[i - calls], Loosened) : long.MaxValue;
            if (most < sizes[i])
            {
                sizes = [.. sizes.Select((s, d) => d == i ? most : s)];
            }
        }

        return sizes;
    }

    private bool IsPossible(long[] sizes)
    {
        int calls = dims.Count(d => !d.IsCounted);
        return Trace(sizes).Bounds.Select((b, i) => b < 0 || sizes[calls + i] <= b).All(fits => fits);
    }

    private SizeTrace Trace(long[] sizes)
    {
        PlanList<long> key = new(sizes);
        if (!_traces.TryGetValue(key, out SizeTrace? trace))
        {
            (Graph graph, LoweringContext context) = Lowered(sizes);
            trace = SizeTrace.Of(graph, context);
            _traces.Add(key, trace);
        }

        return trace;
    }

    private (Graph Graph, LoweringContext Context) Lowered(IReadOnlyList<long> sizes)
    {
        Graph graph = compile(sizes);
        return (graph, Planner.Lower(graph, anySize: true, allowsWinograd, cancellation));
    }

    private string Text(IReadOnlyList<long> sizes) => RunTimeSizes.Text(dims, sizes);

    private ModelBuildException Fault(string what) => new(Diagnostic.InSetting(
        Descriptors.SizeDependence,
        Options.MetadataNames.Dims,
        $"The model cannot be built for run-time sizes ({string.Join(", ", dims.Select(d => d.Name))}): {what} {Hint}"));

    private string Hint => dims[0].IsCounted
        ? "Sizes that depend on values must not change which steps are taken: end the model before that node, and do the rest in C#."
        : $"Give a size that is fixed, for example Dims=\"{dims[0].Name}={Math.Max(1, dims[0].Minimum)}\", or a smaller range.";
}
