namespace ModelBuild.Compiler.Planning;

/// <summary>
/// Static offsets in one block for memory whose lifetimes are known: largest first, into the smallest gap between those that live at
/// the same time. Reuse keeps intermediate values in cache, so it is a matter of speed, not only of size.
/// </summary>
internal static class ArenaPlanner
{
    /// <summary>Places every class and returns the bytes of the arena, a multiple of the alignment.</summary>
    public static long Place(IEnumerable<PlanMemoryClass> classes)
    {
        List<PlanMemoryClass> placed = [];
        long size = 0;
        foreach (PlanMemoryClass item in classes.OrderByDescending(c => c.Bytes).ThenBy(c => c.FirstUse))
        {
            item.Offset = FindGap(item, placed);
            placed.Add(item);
            size = Math.Max(size, item.Offset + Align(item.Bytes));
        }

        return size;
    }

    private static long FindGap(PlanMemoryClass item, List<PlanMemoryClass> placed)
    {
        long wanted = Align(item.Bytes);
        long best = -1;
        long bestGap = long.MaxValue;
        long cursor = 0;
        foreach (PlanMemoryClass other in placed.Where(o => o.FirstUse <= item.LastUse && item.FirstUse <= o.LastUse).OrderBy(o => o.Offset))
        {
            long gap = other.Offset - cursor;
            if (gap >= wanted && gap < bestGap)
            {
                best = cursor;
                bestGap = gap;
            }

            cursor = Math.Max(cursor, other.Offset + Align(other.Bytes));
        }

        return best >= 0 ? best : cursor;
    }

    private static long Align(long bytes) => (bytes + WeightsBuilder.Alignment - 1) / WeightsBuilder.Alignment * WeightsBuilder.Alignment;
}
