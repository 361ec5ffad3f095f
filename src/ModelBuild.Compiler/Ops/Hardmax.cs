using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops;

/// <summary>1 at the first largest element along one axis, 0 elsewhere (ONNX Hardmax 13).</summary>
internal sealed class Hardmax : ComposedOp
{
    /// <inheritdoc/>
    public override string OpType => "Hardmax";

    /// <inheritdoc/>
    public override bool ExpandsWhenOptimized => false;

    private protected override int MinInputs => 1;

    private protected override Value?[] Build(PartsBuilder parts)
    {
        Value x = parts.Input(0);
        ElementTypes.Require(parts.Node, 0, x.Type.DType, DTypes.IsFloat, "floating-point elements");
        int rank = parts.ShapeOf(x).Rank;
        int axis = Axes.Normalize(parts.Node, parts.Attributes.GetInt("axis", -1), rank);
        Value first = parts.Add("ArgMax", [x], new AttributeMap { { "axis", (long)axis }, { "keepdims", 1L } });
        long[] column = [-1, .. Enumerable.Repeat(1L, rank - 1 - axis)];
        Value positions = parts.Reshape(parts.Range(parts.Size(x, axis)), column);
        return [parts.Cast(parts.Add("Equal", [positions, first]), x.Type.DType)];
    }
}
