using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Options;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Planning.Sizes;

/// <summary>Finds the sizes that a model takes with every call: those with a range, and free ones that are no batch of which items can be computed one by one.</summary>
public static class RunTimeSizes
{
    private const int MostVerified = 3;

    /// <summary>The sizes in the order in which the model's inputs have them.</summary>
    /// <exception cref="ModelBuildException">A range is that of no dimension (MDB3001, all of them are listed).</exception>
    public static IReadOnlyList<PlanDim> Find(Graph graph, CompileOptions options)
    {
        Diagnostic[] unknown = [.. DimBinder.UnknownNames(graph, options.Ranges.Keys)];
        if (unknown.Length > 0)
        {
            throw new ModelBuildException(unknown);
        }

        string? batch = DimBinder.FindBatch(graph, Fixed(options, options.Ranges.Keys.Select(k => (k, 1L))));
        List<PlanDim> sizes = [];
        HashSet<string> taken = new(PlanDim.Reserved, StringComparer.Ordinal);
        foreach (string symbol in graph.Inputs.SelectMany(i => i.Type.Shape ?? Shape.Scalar).Where(d => d.IsSymbolic).Select(d => d.Symbol!).Distinct())
        {
            bool isFree = options.Dims.TryGetValue(symbol, out long? size) && size is null && symbol != batch;
            if (options.Ranges.TryGetValue(symbol, out SizeRange range) || isFree)
            {
                range = isFree ? SizeRange.Any : range;
                sizes.Add(new PlanDim(symbol, PlanIdentifiers.Unique(PlanIdentifiers.Pascal(symbol, "Size"), taken), range.Minimum, range.Maximum, range.Step));
            }
        }

        return sizes;
    }

    /// <summary>The options for fixed sizes; ranges of what is no size of the call stay.</summary>
    public static CompileOptions At(CompileOptions options, IReadOnlyList<PlanDim> dims, IReadOnlyList<long> sizes) =>
        options with { Ranges = options.Ranges.Where(r => !dims.Any(d => d.Name == r.Key)).ToDictionary(), Dims = Fixed(options, dims.Select((d, i) => (d.Name, sizes[i]))) };

    /// <summary>Sizes that stand for all at which a plan is verified: the least, others of every variant, and ones that are large but not beyond what the reference evaluation can do.</summary>
    public static IReadOnlyList<IReadOnlyList<long>> ToVerify(ExecutionPlan plan)
    {
        SizeBox all = SizeBox.Of([.. plan.Dims.Where(d => !d.IsCounted)]);
        List<IReadOnlyList<long>> sizes = [[.. all.Minimum]];
        sizes.AddRange(plan.Variants.Select(v => (IReadOnlyList<long>)[.. v.Maximum.Take(plan.CallDims).Select((m, i) => all.Align(i, Math.Min(m, (4 * v.Minimum[i]) + 16)))]));
        sizes.AddRange(all.Samples(seed: 1).OrderBy(s => s.Aggregate(1.0, (a, b) => a * b)).Take(MostVerified));
        return [.. sizes.DistinctBy(s => string.Join(',', s))];
    }

    /// <summary>Sizes for a message, for example <c>height=64, width=96</c>.</summary>
    public static string Text(IReadOnlyList<PlanDim> dims, IReadOnlyList<long> sizes) => string.Join(", ", sizes.Select((s, i) => $"{dims[i].Name}={s}"));

    /// <summary>The sizes that are fixed, and others that are fixed for now.</summary>
    public static IReadOnlyDictionary<string, long?> Fixed(CompileOptions options, IEnumerable<(string Name, long Size)> others)
    {
        Dictionary<string, long?> dims = new(options.Dims, StringComparer.Ordinal);
        foreach ((string name, long size) in others)
        {
            dims[name] = size;
        }

        return dims;
    }
}
