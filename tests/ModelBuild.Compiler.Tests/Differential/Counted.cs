using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Differential;

/// <summary>A drawn value of which one size is known only at run time.</summary>
/// <param name="Value">The value.</param>
/// <param name="Axis">The axis of that size.</param>
/// <param name="Size">Tells sizes apart: two values with the same number have the same one.</param>
/// <param name="IsExact">True when both sides compute every bit alike, so that a comparison decides alike.</param>
internal sealed record Counted(Value Value, int Axis, int Size, bool IsExact)
{
    /// <summary>Number of axes.</summary>
    public int Rank => Value.Type.Shape!.Rank;

    /// <summary>Type of the elements.</summary>
    public DType DType => Value.Type.DType;

    /// <summary>The axes of known sizes.</summary>
    public int[] Others => [.. Enumerable.Range(0, Rank).Where(a => a != Axis)];

    /// <summary>The size of another axis.</summary>
    public long Length(int axis) => Value.Type.Shape![axis].Value;
}
