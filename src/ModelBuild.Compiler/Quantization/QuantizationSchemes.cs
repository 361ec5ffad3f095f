using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Quantization.Schemes;

namespace ModelBuild.Compiler.Quantization;

/// <summary>The quantisation schemes: one file and one line each.</summary>
public static class QuantizationSchemes
{
    /// <summary>Every scheme.</summary>
    public static IReadOnlyList<IQuantizationScheme> All { get; } =
    [
        new Int8(),
        new Int8Static(),
        new Int8Dynamic(),
    ];

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(s => s.Name)];

    /// <summary>Checks a metadata value whose scheme is known; schemes take no argument.</summary>
    public static string? Check(string text) => text.Contains(':', StringComparison.Ordinal) ? "a quantisation scheme takes no argument." : null;

    /// <summary>The scheme of that name.</summary>
    public static IQuantizationScheme Find(string name) => All.First(s => string.Equals(s.Name, name, StringComparison.OrdinalIgnoreCase));
}
