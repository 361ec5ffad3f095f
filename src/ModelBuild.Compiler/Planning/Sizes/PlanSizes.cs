using ModelBuild.Plan;

namespace ModelBuild.Compiler.Planning.Sizes;

/// <summary>Plans for given sizes out of plans for any.</summary>
public static class PlanSizes
{
    /// <summary>The plan with every size of the call set. Where no step counts, numbers are literals and buffers have their places in the arena; a plan without such sizes is returned as it is.</summary>
    /// <param name="sizes">
    /// One for each of <see cref="ExecutionPlan.Dims"/> that a call gives; or one for each of all, and then those that steps count are what they are told to be, whatever is counted.
    /// </param>
    public static ExecutionPlan At(ExecutionPlan plan, IReadOnlyList<long> sizes)
    {
        int calls = plan.CallDims;
        if (plan.Dims.Count == 0 || (calls == 0 && sizes.Count == 0))
        {
            return plan;
        }

        PlanVariant? variant = plan.Variants.FirstOrDefault(v => Enumerable.Range(0, calls).All(i => sizes[i] >= v.Minimum[i] && sizes[i] <= v.Maximum[i]));
        PlanList<PlanBuffer> buffers = variant?.Buffers ?? plan.Buffers;
        PlanList<PlanStep> steps = variant?.Steps ?? plan.Steps;
        PlanSize[] known = [.. sizes.Select(PlanSize.Of), .. plan.Dims.Skip(sizes.Count).Select((_, i) => new SizeDim(i))];
        plan = plan with
        {
            Dims = new PlanList<PlanDim>(plan.Dims.Skip(sizes.Count).Select(d => d with { Bound = d.Bound?.Replace(known) })),
            Buffers = PlanList<PlanBuffer>.Empty,
            Variants = PlanList<PlanVariant>.Empty,
            Inputs = Ports(plan.Inputs, known),
            Outputs = Ports(plan.Outputs, known),
        };
        if (plan.Dims.Count > 0)
        {
            return plan with { Buffers = new PlanList<PlanBuffer>(buffers.Select(b => b with { Bytes = b.Bytes.Replace(known) })), Steps = Steps(steps, known, null, calls) };
        }

        ArenaLayout layout = ArenaLayout.Place([.. sizes], [.. buffers.SelectMany(b => new[] { b.FirstUse, b.LastUse })], [.. buffers.Select(b => b.Bytes.Evaluate(sizes))]);
        return plan with { ArenaBytes = layout.Bytes, Steps = Steps(steps, known, layout.Offsets.ToArray(), int.MaxValue) };
    }

    /// <inheritdoc cref="At(ExecutionPlan, IReadOnlyList{long})"/>
    public static CompiledModel At(CompiledModel model, IReadOnlyList<long> sizes) => model with { Plan = At(model.Plan, sizes) };

    /// <summary>Steps with numbers in the place of sizes.</summary>
    /// <param name="offsets">Place of each buffer in the arena, or null to leave them buffers.</param>
    /// <param name="firstCounted">The place of the first counted size, which becomes the first of all; what steps count from there on is kept.</param>
    internal static PlanList<PlanStep> Steps(PlanList<PlanStep> steps, IReadOnlyList<PlanSize> known, long[]? offsets, int firstCounted) => new(steps.Select(s => s with
    {
        Arguments = new PlanList<PlanArgument>(s.Arguments.Select(a => Argument(a, known, offsets))),
        Count = s.Count >= firstCounted ? s.Count - firstCounted : -1,
        Body = Steps(s.Body, known, offsets, firstCounted),
        Otherwise = Steps(s.Otherwise, known, offsets, firstCounted),
    }));

    private static PlanList<PlanPort> Ports(PlanList<PlanPort> ports, PlanSize[] known) => new(ports.Select(p =>
    {
        PlanList<PlanSize> sizes = new(p.Sizes.Select(s => s.Replace(known)));
        return !p.IsSized ? p : p with
        {
            Sizes = sizes.All(s => s is SizeNumber) ? PlanList<PlanSize>.Empty : sizes,
            Dims = new PlanList<long>(sizes.Select(s => s is SizeNumber number ? number.Value : -1)),
        };
    }));

    private static PlanArgument Argument(PlanArgument argument, IReadOnlyList<PlanSize> known, long[]? offsets)
    {
        switch (argument)
        {
            case OperandArgument { Operand: { } o } operand:
                PlanSize? size = o.Size?.Replace(known);
                bool isPlaced = offsets is not null && o.Memory == PlanMemory.Buffer;
                return operand with
                {
                    Operand = o with
                    {
                        Memory = isPlaced ? PlanMemory.Arena : o.Memory,
                        Index = isPlaced ? 0 : o.Index,
                        Offset = isPlaced ? offsets![o.Index] : o.Offset,
                        Count = size is SizeNumber count ? count.Value : o.Count,
                        Size = size is SizeNumber ? null : size,
                    },
                };
            case SizeArgument value:
                return value.Value.Replace(known) switch
                {
                    SizeNumber number when value.IsLong => new LongArgument(value.Name, number.Value),
                    SizeNumber number => new IntArgument(value.Name, checked((int)number.Value)),
                    { } other => value with { Value = other },
                };
            case SizesArgument values:
                PlanList<PlanSize> replaced = new(values.Values.Select(v => v.Replace(known)));
                return !replaced.All(v => v is SizeNumber) ? values with { Values = replaced }
                    : values.IsLong ? new LongsArgument(values.Name, new PlanList<long>(replaced.Select(Number)))
                    : new IntsArgument(values.Name, new PlanList<int>(replaced.Select(v => checked((int)Number(v)))));
            default:
                return argument;
        }
    }

    private static long Number(PlanSize size) => ((SizeNumber)size).Value;
}
