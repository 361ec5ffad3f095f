using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Shapes;

namespace ModelBuild.Compiler.Ops.Vision;

/// <summary>
/// ONNX AffineGrid-20: the positions that an affine map takes the elements of a result to, for GridSample. theta [N,2,3] with size [N,C,H,W], or [N,3,4] with [N,C,D,H,W]; one
/// matrix product of the plain positions and theta. The positions are constants, but where a call gives the size.
/// </summary>
public sealed class AffineGrid : ComposedOp, ICountedOp
{
    /// <inheritdoc/>
    public override string OpType => "AffineGrid";

    private protected override int MinInputs => 2;

    private protected override bool IsKnown(IReadOnlyList<Value?> inputs) => base.IsKnown(inputs) && inputs[1]?.Constant is not null;

    /// <inheritdoc/>
    public override bool CanExpand(Node node) => base.CanExpand(node) && node.Graph.SizeDependence is null;

    private protected override void InferUnknown(InferenceContext context)
    {
        ElementTypes.RequireIndex(context.Node, 1, context.Input(1).DType);
        context.SetOutput(0, context.Input(0).DType, SpatialOf(context.Node) is { } spatial ? new Shape([context.Shape(0) is { Rank: 3 } theta ? theta[0] : Dim.Unknown, .. spatial, spatial.Length]) : null);
    }

    /// <inheritdoc/>
    public IReadOnlyList<CountRange>? CountsOf(Node node) => SpatialOf(node)?.Where(d => !d.IsKnown).Select(_ => new CountRange(1, null)).ToArray();

    /// <inheritdoc/>
    public string? CountKey(Node node, int size) => CountOrigin.Of(node.Input(1), SpatialOf(node)!.Index().Where(d => !d.Item.IsKnown).ElementAt(size).Index + 2);

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Node node = context.Node;
        ElementTypes.Require(node, 0, context.Input(0).DType, t => t is DType.F16 or DType.F32 or DType.F64, "float16, float32 or float64 elements");
        Dim[] spatial = SpatialOf(node)!;
        long[] y = context.OutputDims();
        Shape theta = node.Input(0).Type.Shape!;
        if (theta.Rank != 3 || !Is(theta[1], spatial.Length) || !Is(theta[2], spatial.Length + 1))
        {
            throw NodeErrors.Shape(node, $"theta {theta} does not fit {spatial.Length + 2} sizes: [N,2,3] with four, or [N,3,4] with five.");
        }

        foreach ((int size, int axis) in spatial.Index().Where(d => !d.Item.IsKnown).Select((d, i) => (i, d.Index)))
        {
            context.Count(size, "AffineGrid.Count", ("size", context.Input(1)), ("batch", Literals.Int(node, y[0])), ("axis", axis));
        }

        context.Call(
            "AffineGrid.Run", 0, ("theta", context.Input(0)), ("y", context.Output()), ("batch", Literals.Int(node, y[0])), ("spatial", Literals.Ints(node, y.AsSpan(1, spatial.Length))),
            ("alignCorners", node.Attributes.GetInt("align_corners", 0) != 0));
    }

    // Height and width, or depth, height and width, behind the sizes of batch and channels.
    private static Dim[]? SpatialOf(Node node) => ShapeValues.ShapeOf(node, 1) is { } size
        ? size.Rank is 4 or 5 ? [.. size.Skip(2)] : throw NodeErrors.Shape(node, $"the size has {size.Rank} numbers; four or five are needed.")
        : null;

    private protected override Value?[] Build(PartsBuilder parts)
    {
        Node node = parts.Node;
        long[] size = Elements.Integers(node, 1, parts.Input(1).Constant!);
        Shape theta = parts.ShapeOf(parts.Input(0));
        int axes = size.Length - 2;
        bool fits = axes is 2 or 3 && size.All(s => s > 0) && theta.Rank == 3 && Is(theta[0], size[0]) && Is(theta[1], axes) && Is(theta[2], axes + 1);
        if (!fits)
        {
            throw NodeErrors.Shape(node, $"theta {theta} and the size [{string.Join(',', size.Take(16))}] do not fit: [N,2,3] with four sizes, or [N,3,4] with five.");
        }

        ElementTypes.Require(node, 0, parts.Input(0).Type.DType, DTypes.IsFloat, "floating-point numbers");
        long[] spatial = size[2..];
        Results.Check(node, DType.F64, [.. spatial, axes + 1]);
        int points = Axes.Product(spatial);
        double[] plain = new double[points * (axes + 1)];
        for (int p = 0; p < points; p++)
        {
            int rest = p;
            for (int axis = axes - 1; axis >= 0; axis--)
            {
                // The innermost axis comes first.
                plain[(p * (axes + 1)) + axes - 1 - axis] = Position(rest % spatial[axis], spatial[axis], node.Attributes.GetInt("align_corners", 0) != 0);
                rest /= (int)spatial[axis];
            }

            plain[(p * (axes + 1)) + axes] = 1;
        }

        Value positions = parts.Constant(FloatTensors.FromDouble(node, parts.Input(0).Type.DType, plain, [points, axes + 1]));
        Value grid = parts.Add("MatMul", [positions, parts.Transpose(parts.Input(0), 0, 2, 1)]);
        return [parts.Reshape(grid, [size[0], .. spatial, axes])];
    }

    private static bool Is(Dim dim, long size) => !dim.IsKnown || dim.Value == size;

    private static double Position(long index, long length, bool alignCorners) => alignCorners
        ? length > 1 ? (2.0 * index / (length - 1)) - 1 : 0
        : (((2.0 * index) + 1) / length) - 1;
}
