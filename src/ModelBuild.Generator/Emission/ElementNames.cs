using System;
using ModelBuild.Plan;

namespace ModelBuild.Generator.Emission;

/// <summary>The names of an element type in C#, in the runtime's accessors, in <c>ElementType</c> and in documentation.</summary>
internal static class ElementNames
{
    private static readonly string[] s_keywords = ["float", "double", "global::System.Half", "sbyte", "byte", "short", "ushort", "int", "uint", "long", "ulong", "bool", "string"];
    private static readonly string[] s_members = ["Float32", "Float64", "Float16", "Int8", "UInt8", "Int16", "UInt16", "Int32", "UInt32", "Int64", "UInt64", "Bool", "String"];
    private static readonly int[] s_sizes = [4, 8, 2, 1, 1, 2, 2, 4, 4, 8, 8, 1, 0];

    public static string Keyword(PlanElementType type) => s_keywords[(int)type];

    /// <summary>The method of <c>Scratch</c> and <c>PredictorWeights</c>.</summary>
    public static string Accessor(PlanElementType type) => type.ToString();

    public static string Member(PlanElementType type) => s_members[(int)type];

    public static string Doc(PlanElementType type) => s_members[(int)type].ToLowerInvariant();

    public static int Size(PlanElementType type) => s_sizes[(int)type];

    public static string Input(PlanElementType type) => $"global::System.ReadOnlySpan<{Keyword(type)}>";

    public static string Output(PlanElementType type) => $"global::System.Span<{Keyword(type)}>";
}
