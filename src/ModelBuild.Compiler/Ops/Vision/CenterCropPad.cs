using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Vision;

/// <summary>ONNX CenterCropPad-18: cuts or pads with zeros on both sides until the axes have the wanted sizes; of an odd number of elements, the larger half lies behind.</summary>
public sealed class CenterCropPad : ComposedOp
{
    /// <inheritdoc/>
    public override string OpType => "CenterCropPad";

    private protected override int MinInputs => 2;

    private protected override bool IsKnown(IReadOnlyList<Value?> inputs) => base.IsKnown(inputs) && inputs[1]?.Constant is not null && inputs[0]!.Type.Shape!.IsStatic;

    private protected override Value?[] Build(PartsBuilder parts)
    {
        Node node = parts.Node;
        Value x = parts.Input(0);
        long[] dims = parts.ShapeOf(x).ToArray();
        long[] wanted = Elements.Integers(node, 1, parts.Input(1).Constant!);
        int[] axes = Axes.Normalize(node, node.Attributes.GetInts("axes") ?? [.. Enumerable.Range(0, dims.Length).Select(a => (long)a)], dims.Length);
        if (axes.Length != wanted.Length || wanted.Any(s => s < 0))
        {
            throw NodeErrors.Shape(node, $"the shape [{string.Join(',', wanted.Take(16))}] must be {axes.Length} numbers from 0.");
        }

        long[] pads = new long[2 * dims.Length];
        for (int i = 0; i < axes.Length; i++)
        {
            (int axis, long surplus) = (axes[i], dims[axes[i]] - wanted[i]);
            if (surplus > 0)
            {
                x = parts.Slice(x, axis, surplus / 2, (surplus / 2) + wanted[i]);
            }
            else
            {
                pads[axis] = -surplus / 2;
                pads[axis + dims.Length] = -surplus - pads[axis];
            }
        }

        return [pads.Any(p => p > 0) ? parts.Add("Pad", [x, parts.Ints(pads)]) : x == parts.Input(0) ? parts.Add("Identity", [x]) : x];
    }
}
