namespace ModelBuild.Compiler.Options;

/// <summary>Finds what the user probably meant.</summary>
public static class NearestName
{
    /// <summary>The candidate with the smallest edit distance, or null when none is near.</summary>
    public static string? Find(string name, IEnumerable<string> candidates)
    {
        string? best = candidates.MinBy(c => Distance(name, c));
        return best is not null && Distance(name, best) <= Math.Max(2, name.Length / 3) ? best : null;
    }

    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substitution = diagonal + (char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substitution, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
