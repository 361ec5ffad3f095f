using ModelBuild.Plan;

namespace ModelBuild.Compiler.Planning.Sizes;

/// <summary>Plans for given sizes out of plans for any.</summary>
public static class PlanSizes
{
    /// <summary>The plan with every size of the call set: numbers are literals and buffers have their places in the arena. A plan without such sizes is returned as it is.</summary>
    /// <param name="sizes">One for each of <see cref="ExecutionPlan.Dims"/>.</param>
    public static ExecutionPlan At(ExecutionPlan plan, IReadOnlyList<long> sizes)
    {
        if (plan.Dims.Count == 0)
        {
            return plan;
        }

        PlanVariant? variant = plan.Variants.FirstOrDefault(v => sizes.Select((s, i) => s >= v.Minimum[i] && s <= v.Maximum[i]).All(inside => inside));
        PlanList<PlanBuffer> buffers = variant?.Buffers ?? plan.Buffers;
        ArenaLayout layout = ArenaLayout.Place([.. sizes], [.. buffers.SelectMany(b => new[] { b.FirstUse, b.LastUse })], [.. buffers.Select(b => b.Bytes.Evaluate(sizes))]);
        PlanList<PlanPort> inputs = Ports(plan.Inputs, sizes);
        PlanList<PlanPort> outputs = Ports(plan.Outputs, sizes);
        return plan with
        {
            Dims = PlanList<PlanDim>.Empty,
            Buffers = PlanList<PlanBuffer>.Empty,
            Variants = PlanList<PlanVariant>.Empty,
            Inputs = inputs,
            Outputs = outputs,
            ArenaBytes = layout.Bytes,
            Steps = Steps(variant?.Steps ?? plan.Steps, sizes, layout),
        };
    }

    /// <inheritdoc cref="At(ExecutionPlan, IReadOnlyList{long})"/>
    public static CompiledModel At(CompiledModel model, IReadOnlyList<long> sizes) => model with { Plan = At(model.Plan, sizes) };

    private static PlanList<PlanPort> Ports(PlanList<PlanPort> ports, IReadOnlyList<long> sizes) => new(ports.Select(p => !p.IsSized
        ? p
        : p with { Sizes = PlanList<PlanSize>.Empty, Dims = new PlanList<long>(p.Sizes.Select(s => s.Evaluate(sizes))) }));

    private static PlanList<PlanStep> Steps(PlanList<PlanStep> steps, IReadOnlyList<long> sizes, ArenaLayout layout) => new(steps.Select(s => s with
    {
        Arguments = new PlanList<PlanArgument>(s.Arguments.Select(a => Argument(a, sizes, layout))),
        Body = Steps(s.Body, sizes, layout),
        Otherwise = Steps(s.Otherwise, sizes, layout),
    }));

    private static PlanArgument Argument(PlanArgument argument, IReadOnlyList<long> sizes, ArenaLayout layout) => argument switch
    {
        OperandArgument { Operand: { } o } operand => operand with
        {
            Operand = o with
            {
                Memory = o.Memory == PlanMemory.Buffer ? PlanMemory.Arena : o.Memory,
                Index = o.Memory == PlanMemory.Buffer ? 0 : o.Index,
                Offset = o.Memory == PlanMemory.Buffer ? layout[o.Index] : o.Offset,
                Count = o.Size?.Evaluate(sizes) ?? o.Count,
                Size = null,
            },
        },
        SizeArgument { IsLong: true } value => new LongArgument(value.Name, value.Value.Evaluate(sizes)),
        SizeArgument value => new IntArgument(value.Name, checked((int)value.Value.Evaluate(sizes))),
        SizesArgument { IsLong: true } values => new LongsArgument(values.Name, new PlanList<long>(values.Values.Select(v => v.Evaluate(sizes)))),
        SizesArgument values => new IntsArgument(values.Name, new PlanList<int>(values.Values.Select(v => checked((int)v.Evaluate(sizes))))),
        _ => argument,
    };
}
