using ModelBuild.Plan;

namespace ModelBuild.Compiler.Planning;

/// <summary>Steps of a plan that are bound at once: up to one that counts a size, or a block in which steps count.</summary>
/// <param name="steps">The steps; those of a block stand in the parts inside it.</param>
/// <param name="isBlock">True for a block.</param>
internal sealed class CountedPart(PlanList<PlanStep> steps, bool isBlock)
{
    /// <summary>The steps, or the block without those inside it.</summary>
    public PlanList<PlanStep> Steps => steps;

    /// <summary>True for a block.</summary>
    public bool IsBlock => isBlock;

    /// <summary>What a loop repeats, or what is done where a condition is true.</summary>
    public IReadOnlyList<CountedPart> Body { get; private init; } = [];

    /// <summary>What is done where a condition is false.</summary>
    public IReadOnlyList<CountedPart> Otherwise { get; private init; } = [];

    /// <summary>The sizes that steps of the block count.</summary>
    public IReadOnlyList<int> Counts { get; private init; } = [];

    /// <summary>The size that the last step counts, or -1.</summary>
    public int Count => IsBlock ? -1 : Steps[^1].Count;

    /// <summary>Divides steps.</summary>
    public static IReadOnlyList<CountedPart> Divide(IEnumerable<PlanStep> steps)
    {
        List<CountedPart> parts = [];
        List<PlanStep> open = [];
        foreach (PlanStep step in steps)
        {
            int[] counts = [.. CountsOf(step.Body.Concat(step.Otherwise))];
            if (counts.Length > 0)
            {
                Close();
                parts.Add(new CountedPart(new PlanList<PlanStep>([step with { Body = PlanList<PlanStep>.Empty, Otherwise = PlanList<PlanStep>.Empty }]), true)
                {
                    Body = Divide(step.Body),
                    Otherwise = Divide(step.Otherwise),
                    Counts = counts,
                });
                continue;
            }

            open.Add(step);
            if (step.Count >= 0)
            {
                Close();
            }
        }

        Close();
        return parts;

        void Close()
        {
            if (open.Count > 0)
            {
                parts.Add(new CountedPart(new PlanList<PlanStep>(open), false));
                open = [];
            }
        }
    }

    private static IEnumerable<int> CountsOf(IEnumerable<PlanStep> steps) => steps.SelectMany(s => CountsOf(s.Body.Concat(s.Otherwise)).Prepend(s.Count)).Where(c => c >= 0);
}
