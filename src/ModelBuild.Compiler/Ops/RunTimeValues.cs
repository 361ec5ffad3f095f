using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops;

/// <summary>Inputs with axes or sizes: known while a model is built, or read from the values of a call.</summary>
internal static class RunTimeValues
{
    /// <summary>The largest rank of the kernels that take axes and sizes from values.</summary>
    public const int MaxRank = 16;

    /// <summary>What an input holds where that is known: a constant, or nothing at all.</summary>
    public static Tensor? Known(Node node, int input) => node.InputOrNull(input) switch
    {
        null => null,
        { Constant: { } constant } => constant,
        { Type.Shape: { IsStatic: true, ElementCount: 0 } shape } => new Tensor(DType.I64, shape.ToArray()),
        _ => null,
    };

    /// <summary>True where only a call tells what the input holds.</summary>
    public static bool IsComputed(Node node, int input) => node.InputOrNull(input) is not null && Known(node, input) is null;

    /// <summary>The number of elements of a list that only a call knows; null where not even that is known.</summary>
    public static int? LengthOf(Node node, int input) =>
        node.InputOrNull(input)?.Type.Shape is { Rank: 1 } shape && shape[0].IsKnown && shape[0].Value <= MaxRank ? (int)shape[0].Value : null;
}
