using System.Numerics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Shapes;

namespace ModelBuild.Compiler.Ops.Vision;

/// <summary>ONNX Col2Im-18: adds the blocks [N, C*block, blocks] to the image [N, C, image] that they were cut from.</summary>
public sealed class Col2Im : CheckedOp, ICountedOp
{
    /// <inheritdoc/>
    public override string OpType => "Col2Im";

    private protected override int MinInputs => 3;

    private protected override void Infer(InferenceContext context)
    {
        ElementTypes.Require(context.Node, 0, context.Input(0).DType, ElementTypes.IsNumeric, "numbers");
        Shape? output = null;
        if (context.Shape(0) is { IsStatic: true } x && context.Constant(1) is { } image && context.Constant(2) is { } block)
        {
            output = Shape.Of(Sizes.Of(context.Node, x.ToArray(), image, block).Output);
        }
        else if (ShapeValues.ShapeOf(context.Node, 1) is { } known)
        {
            output = new Shape([context.Shape(0) is { Rank: 3 } operand ? operand[0] : Dim.Unknown, Channels(context.Node), .. known]);
        }

        context.SetOutput(0, context.Input(0).DType, output);
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        Sizes sizes = Sizes.Of(context.Node, x.Dims.ToArray(), context.Input(1), context.Input(2));
        return [ElementTypes.Dispatch(context.Node, x.DType, new Loop(context.Node, x, sizes))];
    }

    /// <inheritdoc/>
    public IReadOnlyList<CountRange>? CountsOf(Node node) => ShapeValues.ShapeOf(node, 1) is { } image && node.Input(0).Type.Shape is { Rank: 3 } x
        ? [.. Channels(node).IsKnown ? (CountRange[])[] : [new(0, x[1].Value)], .. image.Where(d => !d.IsKnown).Select(_ => new CountRange(1, null))]
        : null;

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Node node = context.Node;
        ElementTypes.RequireNumericKernel(node, context.Input(0).DType);
        if (context.Constant(1) is null || context.Constant(2) is null)
        {
            LowerCounted(context);
            return;
        }

        Sizes sizes = Sizes.Of(node, context.InputDims(0), context.Constant(1)!, context.Constant(2)!);
        context.Call(
            "Col2Im.Run",
            0,
            ("x", context.Input(0)),
            ("y", context.Output()),
            ("planes", Axes.Product(sizes.Output.AsSpan(0, 2))),
            ("image", Literals.Ints(node, sizes.Image)),
            ("block", Literals.Ints(node, sizes.Geometry.Kernel)),
            ("counts", Literals.Ints(node, sizes.Counts)),
            ("strides", Literals.Ints(node, sizes.Geometry.Strides)),
            ("pads", Literals.Ints(node, sizes.Geometry.Pads)),
            ("dilations", Literals.Ints(node, sizes.Geometry.Dilations)));
    }

    /// <summary>The channels of the image where the block is constant.</summary>
    private static Dim Channels(Node node) => node.Input(2).Constant is { } block && node.Input(0).Type.Shape is { Rank: 3 } x && x[1].IsKnown
        ? x[1].Value / Math.Max(1, Axes.Product(Elements.Integers(node, 2, block)))
        : Dim.Unknown;

    private static void LowerCounted(ILoweringContext context)
    {
        Node node = context.Node;
        Shape image = ShapeValues.ShapeOf(node, 1)!;
        long[] x = context.InputDims(0);
        long[] y = context.OutputDims();
        SpatialGeometry geometry = SpatialGeometry.Of(node, [.. Enumerable.Repeat(1L, image.Rank)], [.. image.Select(_ => (Dim)1)]);
        (string, StepValue)[] arguments =
        [
            ("image", context.Input(1)), ("block", context.Input(2)), ("channels", Literals.Int(node, x[1])), ("blocks", Literals.Int(node, x[2])),
            ("strides", Literals.Ints(node, geometry.Strides)), ("pads", Literals.Ints(node, geometry.Pads)), ("dilations", Literals.Ints(node, geometry.Dilations)),
        ];
        int first = Channels(node).IsKnown ? 0 : 1;
        if (first > 0)
        {
            context.Count(0, "SizedCol2Im.Count", arguments);
        }
        else
        {
            context.Call("SizedCol2Im.Count", 0, arguments);
        }

        foreach ((int size, int axis) in image.Index().Where(d => !d.Item.IsKnown).Select((d, i) => (i, d.Index)))
        {
            context.Count(first + size, "Counts.Element", ("x", context.Input(1)), ("index", axis));
        }

        context.Call("SizedCol2Im.Run", 0, [("x", context.Input(0)), ("y", context.Output()), .. arguments, ("batch", Literals.Int(node, y[0])), ("outChannels", Literals.Int(node, y[1])), ("outImage", Literals.Ints(node, y.AsSpan(2)))]);
    }

    private readonly record struct Sizes(long[] Image, long[] Counts, long[] Output, SpatialGeometry Geometry)
    {
        public static Sizes Of(Node node, long[] x, Tensor imageShape, Tensor blockShape)
        {
            long[] image = Elements.Integers(node, 1, imageShape);
            long[] block = Elements.Integers(node, 2, blockShape);
            if (x.Length != 3 || image.Length == 0 || block.Length != image.Length || block.Any(b => b < 1) || image.Any(i => i < 1))
            {
                throw NodeErrors.Shape(node, $"an operand [{string.Join(',', x)}], the image [{string.Join(',', image.Take(16))}] and the block [{string.Join(',', block.Take(16))}] do not fit.");
            }

            SpatialGeometry geometry = SpatialGeometry.Of(node, block, [.. image]);
            long[] counts = [.. geometry.Output(node, [.. image], ceil: false).Select(d => d.Value)];
            int blockLength = Axes.Product(block);
            return x[1] % blockLength == 0 && x[2] == Axes.Product(counts)
                ? new Sizes(image, counts, [x[0], x[1] / blockLength, .. image], geometry)
                : throw NodeErrors.Shape(node, $"an operand [{string.Join(',', x)}] does not hold {Axes.Product(counts)} blocks of {blockLength} elements.");
        }
    }

    private readonly record struct Loop(Node Node, Tensor X, Sizes Sizes) : INumericFunction
    {
        public Tensor Invoke<T>()
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            Tensor y = Results.Allocate(Node, X.DType, Sizes.Output);
            ReadOnlySpan<T> from = X.Span<T>();
            Span<T> to = y.MutableSpan<T>();
            (SpatialGeometry g, long[] image, long[] counts) = (Sizes.Geometry, Sizes.Image, Sizes.Counts);
            int imageLength = Axes.Product(image);
            int[] strides = StridedIndex.Dense(image);

            // Elements lie as [planes, block axes, axes of the blocks].
            StridedIndex index = new([Sizes.Output[0] * Sizes.Output[1], .. g.Kernel, .. counts]);
            for (int i = 0; i < from.Length; i++, index.MoveNext())
            {
                long target = index.Axis(0) * imageLength;
                bool isInside = true;
                for (int axis = 0; axis < image.Length; axis++)
                {
                    long at = (index.Axis(1 + image.Length + axis) * g.Strides[axis]) + (index.Axis(1 + axis) * g.Dilations[axis]) - g.Pads[axis];
                    isInside &= at >= 0 && at < image[axis];
                    target += at * strides[axis];
                }

                if (isInside)
                {
                    to[(int)target] = unchecked(to[(int)target] + from[i]);
                }
            }

            return y;
        }
    }
}
