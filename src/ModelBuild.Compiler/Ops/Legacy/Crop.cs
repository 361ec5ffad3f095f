using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Legacy;

/// <summary>Cuts a border (left, top, right, bottom) off images [N,C,H,W], or a rectangle out of them whose height and width <c>scale</c> tells (experimental operator of ONNX 1 to 1.4).</summary>
internal sealed class Crop : ComposedOp
{
    /// <inheritdoc/>
    public override string OpType => "Crop";

    private protected override int MinInputs => 1;

    private protected override Value?[] Build(PartsBuilder parts)
    {
        Value x = parts.Input(0);
        Shape shape = parts.ShapeOf(x);
        long[] border = parts.Attributes.GetInts("border") ?? [];
        long[] scale = parts.Attributes.GetInts("scale") ?? [];
        if (shape.Rank != 4 || border.Length != 4 || border.Any(b => b < 0) || scale.Length is not (0 or 2) || scale.Any(s => s <= 0))
        {
            throw NodeErrors.Invalid(parts.Node, $"border [{string.Join(',', border)}] and scale [{string.Join(',', scale)}] do not fit an operand {shape}.");
        }

        for (int axis = 0; axis < 2; axis++)
        {
            // The border starts with the left one, the sizes with the height.
            long start = border[1 - axis];
            long last = border[3 - axis];
            long end = scale.Length == 2 ? start + scale[axis] : last == 0 ? long.MaxValue : -last;
            Dim size = shape[axis + 2];
            if (size.IsKnown && (scale.Length == 2 ? end > size.Value : start + last >= size.Value))
            {
                throw NodeErrors.Shape(parts.Node, $"border [{string.Join(',', border)}] and scale [{string.Join(',', scale)}] reach beyond {shape}.");
            }

            x = parts.Slice(x, axis + 2, start, end);
        }

        return [x];
    }
}
