using System.Runtime.InteropServices;
using ModelBuild.Compiler.Planning.Sizes;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Planning;

/// <summary>Runs the steps of a plan of which some count sizes: up to each of them, all that follows is bound anew for what was counted.</summary>
internal sealed unsafe class CountedSteps : IDisposable
{
    /// <summary>Steps that were bound for sizes are kept for this many of them.</summary>
    private const int MostKept = 1024;

    private readonly ExecutionPlan _plan;
    private readonly IReadOnlyList<CountedPart> _parts;
    private readonly Func<PlanList<PlanStep>, nint, BoundStep[]> _bind;
    private readonly Dictionary<(CountedPart Part, PlanList<long> Sizes), BoundStep[]> _bound = [];
    private readonly int[][] _stages;
    private readonly long[] _offsets;
    private readonly long[] _ends;
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
        _parts = CountedPart.Divide(plan.Steps);
        _stages = [.. Enumerable.Range(0, plan.Dims.Count + 1).Select(stage => Enumerable.Range(0, plan.Buffers.Count).Where(b => plan.Buffers[b].Bytes.LastDim + 1 == stage).ToArray())];
        _offsets = new long[plan.Buffers.Count];
        _ends = new long[plan.Dims.Count + 1];
        _counts = (long*)NativeMemory.AllocZeroed((nuint)plan.Dims.Count, sizeof(long));
    }

    private long[] Counts => new ReadOnlySpan<long>(_counts, _plan.Dims.Count).ToArray();

    /// <summary>Runs all steps.</summary>
    /// <param name="inputs">Addresses of the inputs.</param>
    /// <param name="outputs">Addresses of the outputs, which <paramref name="allocate"/> fills in.</param>
    /// <param name="allocate">Called with the sizes that are known, at first and whenever there is one more: makes room for the outputs whose sizes follow from them.</param>
    public void Run(nint inputs, nint outputs, nint weights, Action<IReadOnlyList<long>> allocate, CancellationToken cancellation)
    {
        new Span<long>(_counts, _plan.Dims.Count).Clear();
        Array.Clear(_ends);
        Place(0);
        allocate([]);
        Run(_parts, inputs, outputs, weights, allocate, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_arena);
        _arena = null;
        NativeMemory.Free(_counts);
    }

    private void Run(IReadOnlyList<CountedPart> parts, nint inputs, nint outputs, nint weights, Action<IReadOnlyList<long>>? allocate, CancellationToken cancellation)
    {
        foreach (CountedPart part in parts)
        {
            if (part.IsBlock)
            {
                RunBlock(part, inputs, outputs, weights, cancellation);
                continue;
            }

            foreach (BoundStep step in Bound(part))
            {
                cancellation.ThrowIfCancellationRequested();
                step(inputs, outputs, (nint)_arena, weights);
            }

            if (part.Count >= 0)
            {
                Check(part);
                Place(part.Count + 1);
                allocate?.Invoke(Counts[..(part.Count + 1)]);
            }
        }
    }

    // Where a block does not run, its steps count nothing.
    private void RunBlock(CountedPart block, nint inputs, nint outputs, nint weights, CancellationToken cancellation)
    {
        foreach (int count in block.Counts)
        {
            _counts[count] = 0;
            _ends[count + 1] = 0;
        }

        PlanStep step = Sized(block.Steps)[0];
        if (step.Kind == PlanStepKind.If)
        {
            Run(*(bool*)Address(step.Arguments[0]) ? block.Body : block.Otherwise, inputs, outputs, weights, null, cancellation);
            return;
        }

        long end = step.Arguments[0] switch { LongArgument literal => literal.Value, AbsentArgument => long.MaxValue, PlanArgument count => *(long*)Address(count) };
        for (long i = 0; i < end && (step.Arguments[1] is AbsentArgument || *(bool*)Address(step.Arguments[1])); i++)
        {
            cancellation.ThrowIfCancellationRequested();
            *(long*)Address(step.Arguments[2]) = i;
            Run(block.Body, inputs, outputs, weights, null, cancellation);
        }

        nint Address(PlanArgument argument) => BlockBinder.Address(((OperandArgument)argument).Operand, inputs, outputs, (nint)_arena, weights);
    }

    private void Check(CountedPart part)
    {
        PlanDim dim = _plan.Dims[part.Count];
        long count = _counts[part.Count];
        long most = Math.Min(dim.Bound?.Evaluate(Counts) ?? int.MaxValue, int.MaxValue);
        PredictorGuard.Counted(count, dim.Minimum, dim.Maximum, part.Steps[^1].Comment);
        if (count < 0 || count > most)
        {
            throw new InvalidOperationException($"The size '{dim.Name}' is {count}, and was expected to be 0 to {most}.");
        }
    }

    private BoundStep[] Bound(CountedPart part)
    {
        (CountedPart, PlanList<long>) key = (part, new PlanList<long>([.. Counts, .. _ends]));
        if (!_bound.TryGetValue(key, out BoundStep[]? steps))
        {
            if (_bound.Count >= MostKept)
            {
                _bound.Clear();
            }

            _bound[key] = steps = _bind(Sized(part.Steps), (nint)_counts);
        }

        return steps;
    }

    private PlanList<PlanStep> Sized(PlanList<PlanStep> steps) => PlanSizes.Steps(steps, [.. Counts.Select(PlanSize.Of)], _offsets, 0);

    // Buffers whose sizes follow from a count lie behind those of what was counted before.
    private void Place(int stage)
    {
        long begin = _ends.AsSpan()[..stage].ToArray().DefaultIfEmpty(0).Max();
        int[] own = _stages[stage];
        ArenaLayout layout = ArenaLayout.Place(
            Counts, [.. own.SelectMany(b => new[] { _plan.Buffers[b].FirstUse, _plan.Buffers[b].LastUse })], [.. own.Select(b => _plan.Buffers[b].Bytes.Evaluate(Counts))]);
        for (int i = 0; i < own.Length; i++)
        {
            _offsets[own[i]] = begin + layout[i];
        }

        _ends[stage] = begin + layout.Bytes;
        Grow(_ends[stage]);
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
}
