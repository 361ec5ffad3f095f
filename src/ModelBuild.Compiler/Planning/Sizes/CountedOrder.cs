using ModelBuild.Compiler.Ir;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Planning.Sizes;

/// <summary>
/// Finds steps that need a size before another step counts it. They read no value of that step: what makes their results is folded, or is a size alone, for example in
/// ConstantOfShape over the Shape of what NonZero finds.
/// </summary>
internal static class CountedOrder
{
    /// <summary>More rounds than steps wait for each other in any model.</summary>
    private const int MaxRounds = 16;

    /// <summary>Has the nodes of such steps stand behind those that count.</summary>
    /// <param name="dims">The sizes of the call and, from <paramref name="calls"/> on, those that steps count.</param>
    /// <param name="compile">Rewrites the graph for sizes.</param>
    public static void Learn(IReadOnlyList<PlanDim> dims, int calls, Func<IReadOnlyList<long>, Graph> compile, SizeDependence dependence)
    {
        SizeBox box = SizeBox.Of(dims);
        long[] most = [.. dims.Select((_, i) => box.Last(i))];
        bool learned = true;
        for (int round = 0; learned && round < MaxRounds; round++)
        {
            learned = false;
            (PendingStep Step, long[] Numbers)[] steps = Steps(most);
            for (int place = 0; place < dims.Count - calls; place++)
            {
                int end = Array.FindIndex(steps, s => s.Step.Count == place);
                if (end <= 0)
                {
                    continue;
                }

                long[] fewer = [.. most];
                fewer[calls + place] = Math.Max(dims[calls + place].Minimum, most[calls + place] - 1);
                (PendingStep Step, long[] Numbers)[] others = Steps(fewer);
                for (int i = 0; i < Math.Min(end, others.Length) && steps[i].Step.Kernel == others[i].Step.Kernel; i++)
                {
                    learned |= !steps[i].Numbers.AsSpan().SequenceEqual(others[i].Numbers) && dependence.AddCounter(steps[i].Step.Node, steps[end].Step.Node);
                }
            }
        }

        dependence.TakeRecord();

        (PendingStep Step, long[] Numbers)[] Steps(long[] sizes)
        {
            Graph graph = compile(sizes);
            LoweringContext context = Planner.Lower(graph, anySize: true, allowsWinograd: true, default);
            return [.. context.Steps.Select(s => (s, NumbersOf(s, context)))];
        }
    }

    private static long[] NumbersOf(PendingStep step, LoweringContext context)
    {
        List<long> numbers = [];
        foreach ((_, StepValue value) in step.Arguments)
        {
            ArgumentForm.Take(value.Value, context, numbers);
        }

        return [.. numbers];
    }
}
