using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Contrib;

/// <summary>Scales and zero points as the standard operators want them.</summary>
internal static class QuantizedScalars
{
    /// <summary>The input; a constant of one element as a scalar.</summary>
    public static Value Of(PartsBuilder parts, int input) =>
        parts.Input(input) is { Constant: { Count: 1, Rank: > 0 } constant } ? parts.Constant(constant.Reshape()) : parts.Input(input);
}
