using System.Runtime.InteropServices;
using ModelBuild.Compiler.Planning.Sizes;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Planning;

/// <summary>Runs the steps of a plan of which some count sizes: up to each of them, all that follows is bound anew for what was counted.</summary>
internal sealed unsafe class CountedSteps : IDisposable
{
    /// <summary>Steps that were bound for sizes are kept for this many of them.</summary>
    private const int MostKept = 256;

    private readonly ExecutionPlan _plan;
    private readonly PlanList<PlanStep>[] _stages;
    private readonly Func<PlanList<PlanStep>, nint, BoundStep[]> _bind;
    private readonly Dictionary<PlanList<long>, Stage> _bound = [];
    private readonly long* _counts;
    private byte* _arena;
    private long _length;

    /// <summary>Prepares a plan.</summary>
    /// <param name="plan">Its sizes are counted ones only.</param>
    /// <param name="bind">Binds steps whose numbers are literals; counted sizes go to the address that it is given.</param>
    public CountedSteps(ExecutionPlan plan, Func<PlanList<PlanStep>, nint, BoundStep[]> bind)
    {
        _plan = plan;
        _bind = bind;
        List<List<PlanStep>> stages = [[]];
        foreach (PlanStep step in plan.Steps)
        {
            stages[^1].Add(step);
            if (step.Count >= 0)
            {
                stages.Add([]);
            }
        }

        _stages = [.. stages.Select(s => new PlanList<PlanStep>(s))];
        _counts = (long*)NativeMemory.AllocZeroed((nuint)plan.Dims.Count, sizeof(long));
    }

    /// <summary>Runs all steps.</summary>
    /// <param name="inputs">Addresses of the inputs.</param>
    /// <param name="outputs">Addresses of the outputs, which <paramref name="allocate"/> fills in.</param>
    /// <param name="allocate">Called before every stage with the sizes that are known: makes room for the outputs whose sizes follow from them.</param>
    public void Run(nint inputs, nint outputs, nint weights, Action<IReadOnlyList<long>> allocate, CancellationToken cancellation)
    {
        List<long> counts = [];
        Stage? stage = null;
        for (int i = 0; i < _stages.Length; i++)
        {
            if (i > 0)
            {
                PlanDim dim = _plan.Dims[i - 1];
                long count = _counts[i - 1];
                long most = Math.Min(dim.Bound?.Evaluate(counts) ?? int.MaxValue, int.MaxValue);
                PredictorGuard.Counted(count, dim.Minimum, _stages[i - 1][^1].Comment);
                counts.Add(count >= 0 && count <= most ? count : throw new InvalidOperationException($"The size '{dim.Name}' is {count}, and was expected to be 0 to {most}."));
            }

            allocate(counts);
            stage = StageOf(i, counts, stage);
            Grow(stage.End);
            foreach (BoundStep step in stage.Steps)
            {
                cancellation.ThrowIfCancellationRequested();
                step(inputs, outputs, (nint)_arena, weights);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_arena);
        _arena = null;
        NativeMemory.Free(_counts);
    }

    // Buffers whose sizes follow from the last count lie behind all others.
    private Stage StageOf(int number, List<long> counts, Stage? previous)
    {
        long begin = previous?.End ?? 0;
        PlanList<long> key = new(counts);
        if (_bound.TryGetValue(key, out Stage? known))
        {
            return known;
        }

        if (_bound.Count >= MostKept)
        {
            _bound.Clear();
        }

        long[] offsets = previous is null ? new long[_plan.Buffers.Count] : [.. previous.Offsets];
        int[] own = [.. Enumerable.Range(0, _plan.Buffers.Count).Where(b => _plan.Buffers[b].Bytes.LastDim + 1 == number)];
        ArenaLayout layout = ArenaLayout.Place(
            [.. counts], [.. own.SelectMany(b => new[] { _plan.Buffers[b].FirstUse, _plan.Buffers[b].LastUse })], [.. own.Select(b => _plan.Buffers[b].Bytes.Evaluate(counts))]);
        for (int i = 0; i < own.Length; i++)
        {
            offsets[own[i]] = begin + layout[i];
        }

        PlanSize[] sizes = [.. counts.Select(PlanSize.Of), .. _plan.Dims.Skip(counts.Count).Select((_, i) => new SizeDim(counts.Count + i))];
        Stage stage = new(_bind(PlanSizes.Steps(_stages[number], sizes, offsets, 0), (nint)_counts), offsets, begin + layout.Bytes);
        _bound[key] = stage;
        return stage;
    }

    private void Grow(long length)
    {
        if (length <= _length && _arena != null)
        {
            return;
        }

        byte* grown = (byte*)NativeMemory.AlignedAlloc((nuint)(length + WeightsBuilder.Alignment), WeightsBuilder.Alignment);
        NativeMemory.Clear(grown, (nuint)(length + WeightsBuilder.Alignment));
        Buffer.MemoryCopy(_arena, grown, length, _length);
        NativeMemory.AlignedFree(_arena);
        _arena = grown;
        _length = length;
    }

    private sealed record Stage(BoundStep[] Steps, long[] Offsets, long End);
}
