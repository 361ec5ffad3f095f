namespace ModelBuild.Compiler.Options;

/// <summary>What a size that is given with every call may be.</summary>
/// <param name="Minimum">Least value, 0 or more.</param>
/// <param name="Maximum">Greatest value; <see cref="int.MaxValue"/> without a bound.</param>
/// <param name="Step">1 or more: values are <paramref name="Minimum"/> and whole steps above it.</param>
public readonly record struct SizeRange(long Minimum, long Maximum, long Step = 1)
{
    /// <summary>Any size from 1.</summary>
    public static SizeRange Any { get; } = new(1, int.MaxValue);

    /// <summary>Reads <c>1..512</c>, <c>1..</c>, <c>..512</c>, or <c>32..640/32</c> with a step.</summary>
    public static SizeRange? TryParse(string text)
    {
        int dots = text.IndexOf("..", StringComparison.Ordinal);
        if (dots < 0)
        {
            return null;
        }

        string[] end = text[(dots + 2)..].Split('/', 2);
        bool isRange = Number(text[..dots].Trim(), Any.Minimum, out long minimum) & Number(end[0].Trim(), Any.Maximum, out long maximum);
        isRange &= Number(end.Length > 1 ? end[1].Trim() : "1", 0, out long step) && step > 0;
        return isRange && minimum <= maximum && maximum > 0 ? new SizeRange(minimum, maximum, step) : null;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Minimum}..{(Maximum == int.MaxValue ? "" : $"{Maximum}")}{(Step == 1 ? "" : $"/{Step}")}";

    private static bool Number(string text, long missing, out long value)
    {
        value = missing;
        return text.Length == 0
            || (long.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out value) && value <= int.MaxValue);
    }
}
