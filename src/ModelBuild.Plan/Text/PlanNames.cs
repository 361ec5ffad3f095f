using System;

namespace ModelBuild.Plan.Text;

/// <summary>The words of the text form for enumeration members.</summary>
internal static class PlanNames
{
    private static readonly string[] s_types = { "f32", "f64", "f16", "i8", "u8", "i16", "u16", "i32", "u32", "i64", "u64", "bool", "string" };
    private static readonly string[] s_runtimes = { "generated", "onnxruntime", "signature" };
    private static readonly string[] s_weights = { "embedded", "file", "none" };
    private static readonly string[] s_kinds = { "call", "loop", "if" };
    private static readonly string[] s_keys = { "words", "numbers", "positions" };
    private static readonly int[] s_sizes = { 4, 8, 2, 1, 1, 2, 2, 4, 4, 8, 8, 1, 4 };

    public static string Of(PlanElementType type) => s_types[(int)type];

    public static string Of(PlanRuntime runtime) => s_runtimes[(int)runtime];

    public static string Of(PlanWeights weights) => s_weights[(int)weights];

    public static string Of(PlanStepKind kind) => s_kinds[(int)kind];

    public static string Of(PlanKeyKind kind) => s_keys[(int)kind];

    public static int SizeOf(PlanElementType type) => s_sizes[(int)type];

    public static bool TryParse(string text, out PlanElementType type)
    {
        int index = Array.IndexOf(s_types, text);
        type = (PlanElementType)Math.Max(index, 0);
        return index >= 0;
    }

    public static bool TryParse(string text, out PlanRuntime runtime)
    {
        int index = Array.IndexOf(s_runtimes, text);
        runtime = (PlanRuntime)Math.Max(index, 0);
        return index >= 0;
    }

    public static bool TryParse(string text, out PlanKeyKind kind)
    {
        int index = Array.IndexOf(s_keys, text);
        kind = (PlanKeyKind)Math.Max(index, 0);
        return index >= 0;
    }

    public static bool TryParse(string text, out PlanWeights weights)
    {
        int index = Array.IndexOf(s_weights, text);
        weights = (PlanWeights)Math.Max(index, 0);
        return index >= 0;
    }
}
