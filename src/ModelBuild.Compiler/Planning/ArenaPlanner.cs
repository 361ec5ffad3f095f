namespace ModelBuild.Compiler.Planning;

/// <summary>Static offsets in one block for memory whose lifetimes are known.</summary>
internal static class ArenaPlanner
{
    /// <summary>Places every class and returns the bytes of the arena, a multiple of the alignment.</summary>
    public static long Place(IEnumerable<PlanMemoryClass> classes)
    {
        PlanMemoryClass[] items = [.. classes];
        ArenaLayout layout = ArenaLayout.Place([], [.. items.SelectMany(c => new[] { c.FirstUse, c.LastUse })], [.. items.Select(c => c.Bytes)]);
        for (int i = 0; i < items.Length; i++)
        {
            items[i].Offset = layout[i];
        }

        return layout.Bytes;
    }
}
