using System.Globalization;

namespace ModelBuild.Compiler.Pruning;

/// <summary>The argument of schemes that remove a part of something: a number between 0 and 1.</summary>
internal static class PrunedPart
{
    /// <summary>Null when the argument is right, else <paramref name="advice"/>.</summary>
    public static string? Check(string argument, string advice) =>
        double.TryParse(argument, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double part) && part is > 0 and < 1 ? null : advice;

    /// <summary>The part of a checked argument.</summary>
    public static double Parse(string argument) => double.Parse(argument, CultureInfo.InvariantCulture);
}
