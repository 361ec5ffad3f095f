using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Shapes;

namespace ModelBuild.Compiler.Ops.Vision;

/// <summary>
/// ONNX CenterCropPad-18: cuts or pads with zeros on both sides until the axes have the wanted sizes; of an odd number of elements, the larger half lies behind. Whether an axis is cut or padded is
/// decided when the model is built where the sizes are known then, and in the call where they are not.
/// </summary>
public sealed class CenterCropPad : ComposedOp, ICountedOp
{
    /// <inheritdoc/>
    public override string OpType => "CenterCropPad";

    private protected override int MinInputs => 2;

    private protected override bool IsKnown(IReadOnlyList<Value?> inputs) => base.IsKnown(inputs) && inputs[1]?.Constant is not null && inputs[0]!.Type.Shape!.IsStatic;

    /// <inheritdoc/>
    public override bool CanExpand(Node node) => base.CanExpand(node) && node.Graph.SizeDependence is null;

    private protected override void InferUnknown(InferenceContext context)
    {
        Dim[]? dims = context.Shape(0) is { } shape ? [.. shape] : null;
        if (dims is not null && Wanted(context.Node, dims.Length) is { } wanted)
        {
            foreach ((int axis, Dim size) in wanted)
            {
                dims[axis] = size;
            }
        }
        else if (dims is not null)
        {
            Array.Fill(dims, Dim.Unknown);
        }

        context.SetOutput(0, context.Input(0).DType, dims is null ? null : new Shape(dims));
    }

    /// <inheritdoc/>
    public IReadOnlyList<CountRange>? CountsOf(Node node) => Wanted(node, node.Input(0).Type.Shape!.Rank)?.Where(w => !w.Size.IsKnown).Select(_ => new CountRange(0, null)).ToArray();

    /// <inheritdoc/>
    public string? CountKey(Node node, int size)
    {
        int rank = node.Input(0).Type.Shape!.Rank;
        return CountOrigin.Of(node.Input(1), Array.IndexOf(AxesOf(node, rank), Wanted(node, rank)!.Where(w => !w.Size.IsKnown).ElementAt(size).Axis));
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Node node = context.Node;
        ElementTypes.RequireMovable(node, context.Input(0).DType);
        long[] dims = context.InputDims(0);
        (int Axis, Dim Size)[] wanted = Wanted(node, dims.Length)!;
        int[] axes = AxesOf(node, dims.Length);
        foreach ((int size, int axis) in wanted.Where(w => !w.Size.IsKnown).Select((w, i) => (i, w.Axis)))
        {
            context.Count(size, "CenterCropPad.Count", ("sizes", context.Input(1)), ("index", Array.IndexOf(axes, axis)));
        }

        context.Call("CenterCropPad.Run", 0, ("x", context.Input(0)), ("y", context.Output()), ("shape", Literals.Ints(node, dims)), ("outShape", Literals.Ints(node, context.OutputDims())));
    }

    private static int[] AxesOf(Node node, int rank) => Axes.Normalize(node, node.Attributes.GetInts("axes") ?? [.. Enumerable.Range(0, rank).Select(a => (long)a)], rank);

    /// <summary>The axes with a wanted size, in order, and what is known of it; null where not even their number is known.</summary>
    private static (int Axis, Dim Size)[]? Wanted(Node node, int rank)
    {
        int[] axes = AxesOf(node, rank);
        if (ShapeValues.ShapeOf(node, 1) is not { } sizes)
        {
            return null;
        }

        return sizes.Rank == axes.Length
            ? [.. axes.Select((axis, i) => (axis, sizes[i])).OrderBy(w => w.axis)]
            : throw NodeErrors.Shape(node, $"the shape has {sizes.Rank} numbers; {axes.Length} are needed.");
    }

    private protected override Value?[] Build(PartsBuilder parts)
    {
        Node node = parts.Node;
        Value x = parts.Input(0);
        long[] dims = parts.ShapeOf(x).ToArray();
        long[] wanted = Elements.Integers(node, 1, parts.Input(1).Constant!);
        int[] axes = AxesOf(node, dims.Length);
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
