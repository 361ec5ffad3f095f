using System;
using ModelBuild.Plan;

namespace ModelBuild.Generator.Emission;

/// <summary>The C# form of numbers that depend on the sizes of a call, in 64-bit arithmetic.</summary>
internal static class SizeExpression
{
    /// <summary>An <c>int</c>, checked.</summary>
    /// <param name="dim">The expression of one size, a <c>long</c>.</param>
    public static string Int(PlanSize size, Func<int, string> dim) => size is SizeNumber number ? NumberLiterals.Of(number.Value) : $"checked((int){(size is SizeDim ? Of(size, dim, 2) : "(" + Of(size, dim, 0) + ")")})";

    /// <summary>A <c>long</c>, checked.</summary>
    /// <param name="dim">The expression of one size, a <c>long</c>.</param>
    public static string Long(PlanSize size, Func<int, string> dim) => size is SizeNumber number ? NumberLiterals.Of(number.Value) + "L" : $"checked({Of(size, dim, 0)})";

    // Levels: 0 sum, 1 product, 2 factor.
    private static string Of(PlanSize size, Func<int, string> dim, int level) => size switch
    {
        SizeNumber number => NumberLiterals.Of(number.Value),
        SizeDim one => dim(one.Index),
        SizeSum { B: SizeNumber { Value: < 0 and > long.MinValue } negative } sum => Group($"{Of(sum.A, dim, 0)} - {NumberLiterals.Of(-negative.Value)}", level > 0),
        SizeSum sum => Group($"{Of(sum.A, dim, 0)} + {Of(sum.B, dim, 1)}", level > 0),
        SizeProduct product => Group($"{Of(product.A, dim, 1)} * {Of(product.B, dim, 2)}", level > 1),
        SizeQuotient quotient => Group($"{Of(quotient.Value, dim, 1)} / {NumberLiterals.Of(quotient.Divisor)}", level > 1),
        SizeMinimum minimum => $"global::System.Math.Min({Of(minimum.A, dim, 0)}, {Of(minimum.B, dim, 0)})",
        SizeMaximum maximum => $"global::System.Math.Max({Of(maximum.A, dim, 0)}, {Of(maximum.B, dim, 0)})",
        _ => throw new InvalidOperationException($"There is no C# form of '{size.GetType().Name}'."),
    };

    private static string Group(string text, bool needed) => needed ? "(" + text + ")" : text;
}
