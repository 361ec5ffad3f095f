using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Resizing;

namespace ModelBuild.Compiler.Ops.Quantized;

/// <summary>Operators whose only result holds nothing but elements of their first input, and zeros: they do the same to quantised elements, and scale and zero point stay.</summary>
public static class ElementMoves
{
    private static readonly string[] s_operators = ["MaxPool", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Slice", "DepthToSpace", "SpaceToDepth"];

    /// <summary>True for such a node.</summary>
    public static bool Matches(Node node) => Selects(node) || Shapes.Pad.AddsZeros(node);

    /// <summary>True for such a node that adds no zeros.</summary>
    public static bool Selects(Node node) =>
        node.Domain.Length == 0 && node.Outputs.Skip(1).All(o => o is null)
        && (s_operators.Contains(node.OpType) || (node.OpType == "Resize" && ResizeOptions.Of(node) is { Taps: 1 } options && options.Transformation != Kernels.CoordinateTransformation.TfCropAndResize));
}
