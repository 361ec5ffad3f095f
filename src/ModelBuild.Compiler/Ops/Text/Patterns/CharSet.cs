namespace ModelBuild.Compiler.Ops.Text.Patterns;

/// <summary>A set of UTF-16 code units as sorted ranges that neither overlap nor touch, and whether it holds all characters beyond the basic plane, which take two units.</summary>
internal sealed record CharSet(IReadOnlyList<(char First, char Last)> Ranges, bool HasPairs)
{
    /// <summary>First of the units that begin a pair.</summary>
    public const char FirstHigh = '\ud800';

    /// <summary>First of the units that end a pair.</summary>
    public const char FirstLow = '\udc00';

    /// <summary>Last unit of a pair.</summary>
    public const char LastLow = '\udfff';

    /// <summary>A set of ranges.</summary>
    public static CharSet Of(params (char First, char Last)[] ranges) => Of(ranges.AsEnumerable());

    /// <summary>A set of ranges.</summary>
    public static CharSet Of(IEnumerable<(char First, char Last)> ranges)
    {
        List<(char First, char Last)> merged = [];
        foreach ((char first, char last) in ranges.OrderBy(r => r.First))
        {
            if (merged.Count > 0 && first <= merged[^1].Last + 1)
            {
                merged[^1] = (merged[^1].First, (char)Math.Max(merged[^1].Last, last));
            }
            else
            {
                merged.Add((first, last));
            }
        }

        return new CharSet(merged, false);
    }

    /// <summary>The characters that this set does not hold.</summary>
    public CharSet Complement()
    {
        List<(char First, char Last)> gaps = [];
        int next = 0;
        foreach ((char first, char last) in Ranges.Append((First: FirstHigh, Last: LastLow)).OrderBy(r => r.First))
        {
            if (first > next)
            {
                gaps.Add(((char)next, (char)(first - 1)));
            }

            next = Math.Max(next, last + 1);
        }

        if (next <= char.MaxValue)
        {
            gaps.Add(((char)next, char.MaxValue));
        }

        return new CharSet(gaps, !HasPairs);
    }
}
