namespace ModelBuild.Compiler.Ir;

/// <summary>
/// Numbers strings, equal ones alike, so that a tensor of strings is a tensor of numbers wherever elements are moved, compared or kept. The numbers hold for one process and never reach a file:
/// formats and plans have strings of their own. 0 is the empty string, so that a tensor of zeros is one of empty strings.
/// </summary>
public static class StringIds
{
    private static readonly Lock s_lock = new();
    private static readonly Dictionary<string, int> s_ids = new(StringComparer.Ordinal) { [""] = 0 };
    private static readonly List<string> s_strings = [""];

    /// <summary>The number of a string.</summary>
    public static int Of(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        lock (s_lock)
        {
            if (!s_ids.TryGetValue(value, out int id))
            {
                id = s_strings.Count;
                s_strings.Add(value);
                s_ids.Add(value, id);
            }

            return id;
        }
    }

    /// <summary>The string of a number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is of no string.</exception>
    public static string StringOf(int id)
    {
        lock (s_lock)
        {
            return s_strings[id];
        }
    }
}
