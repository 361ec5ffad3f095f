using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Vision;

/// <summary>ONNX RoiAlign-16: pools the regions rois [R,4] of the images x [N,C,H,W] to [R,C,output_height,output_width] by bilinear samples.</summary>
public sealed class RoiAlign : CheckedOp
{
    /// <inheritdoc/>
    public override string OpType => "RoiAlign";

    private protected override int MinInputs => 3;

    private protected override void Infer(InferenceContext context)
    {
        Options options = Options.Of(context.Node);
        ElementTypes.Require(context.Node, 2, context.Input(2).DType, t => t == DType.I64, "int64 elements");
        Shape? output = null;
        if (context.Shape(0) is { } x && context.Shape(1) is { } rois)
        {
            bool fits = x.Rank == 4 && rois.Rank == 2 && (!rois[1].IsKnown || rois[1].Value == 4)
                && (context.Shape(2) is not { } indices || (indices.Rank == 1 && (!indices[0].IsKnown || !rois[0].IsKnown || indices[0].Value == rois[0].Value)));
            output = fits ? new Shape(rois[0], x[1], options.Height, options.Width) : throw NodeErrors.Shape(context.Node, $"images {x}, regions {rois} and batch indices {context.Shape(2)} do not fit.");
        }

        context.SetOutput(0, context.Input(0).DType, output);
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        Options options = Options.Of(context.Node);
        double[] regions = context.Input(1).ToDoubleArray();
        long[] images = Elements.Integers(context.Node, 2, context.Input(2));
        int bins = options.Height * options.Width;
        int channels = (int)x.Dims[1];
        long[] dims = [images.Length, channels, options.Height, options.Width];
        Results.Check(context.Node, x.DType, dims);
        double[] y = new double[images.Length * channels * bins];
        double[] xs = x.ToDoubleArray();
        int plane = Axes.Product(x.Dims[2..]);
        for (int r = 0; r < images.Length; r++)
        {
            if (images[r] < 0 || images[r] >= x.Dims[0])
            {
                throw NodeErrors.Invalid(context.Node, $"the batch index {images[r]} is none of {x.Dims[0]} images.");
            }

            double shift = options.HalfPixel ? 0.5 : 0;
            double[] corners = [.. regions.AsSpan(4 * r, 4).ToArray().Select(v => (v * options.Scale) - shift)];
            (double left, double top) = (corners[0], corners[1]);
            double smallest = options.HalfPixel ? double.NegativeInfinity : 1;
            double binH = Math.Max(corners[3] - top, smallest) / options.Height;
            double binW = Math.Max(corners[2] - left, smallest) / options.Width;
            int gridH = options.Samples > 0 ? options.Samples : Math.Max(0, (int)Math.Ceiling(binH));
            int gridW = options.Samples > 0 ? options.Samples : Math.Max(0, (int)Math.Ceiling(binW));
            for (int i = 0; i < channels * bins; i++)
            {
                ReadOnlySpan<double> image = xs.AsSpan((((int)images[r] * channels) + (i / bins)) * plane, plane);
                (int row, int column) = (i % bins / options.Width, i % options.Width);
                List<double[]> samples = [];
                for (int s = 0; s < gridH * gridW; s++)
                {
                    samples.Add(Around(image, top + ((row + (((s / gridW) + 0.5) / gridH)) * binH), left + ((column + (((s % gridW) + 0.5) / gridW)) * binW), (int)x.Dims[2], (int)x.Dims[3]));
                }

                y[(r * channels * bins) + i] = samples.Count == 0 ? 0 : options.IsMax ? samples.Max(s => s.Max()) : samples.Average(s => s.Sum());
            }
        }

        return [FloatTensors.FromDouble(context.Node, x.DType, y, dims)];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Node node = context.Node;
        ElementTypes.RequireF32Kernel(node, context.Input(0).DType);
        ElementTypes.RequireF32Kernel(node, context.Input(1).DType);
        Options options = Options.Of(node);
        int[] x = Literals.Ints(node, context.InputDims(0));
        context.Call(
            "RoiAlign.F32",
            0,
            ("x", context.Input(0)),
            ("rois", context.Input(1)),
            ("batchIndices", context.Input(2)),
            ("y", context.Output()),
            ("batch", x[0]),
            ("channels", x[1]),
            ("inH", x[2]),
            ("inW", x[3]),
            ("regions", Literals.Int(node, context.OutputDims()[0])),
            ("outH", options.Height),
            ("outW", options.Width),
            ("samplingRatio", options.Samples),
            ("spatialScale", options.Scale),
            ("halfPixel", options.HalfPixel),
            ("isMax", options.IsMax));
    }

    /// <summary>The products of the four elements around a position and their weights; zeros more than one element outside of the image.</summary>
    private static double[] Around(ReadOnlySpan<double> image, double row, double column, int height, int width)
    {
        if (!(row >= -1 && row <= height && column >= -1 && column <= width))
        {
            return [0, 0, 0, 0];
        }

        (row, column) = (Math.Clamp(row, 0, height - 1), Math.Clamp(column, 0, width - 1));
        (int top, int left) = ((int)row, (int)column);
        (int bottom, int right) = (Math.Min(top + 1, height - 1), Math.Min(left + 1, width - 1));
        (double down, double across) = (row - top, column - left);
        return
        [
            (1 - down) * (1 - across) * image[(top * width) + left], (1 - down) * across * image[(top * width) + right],
            down * (1 - across) * image[(bottom * width) + left], down * across * image[(bottom * width) + right],
        ];
    }

    private readonly record struct Options(int Height, int Width, int Samples, float Scale, bool HalfPixel, bool IsMax)
    {
        public static Options Of(Node node)
        {
            AttributeMap map = node.Attributes;
            string mode = map.GetString("mode", "avg");
            string coordinates = map.GetString("coordinate_transformation_mode", "half_pixel");
            if (mode is not ("avg" or "max"))
            {
                throw NodeErrors.Attribute(node, "mode", mode, "Use avg or max.");
            }

            return coordinates is "half_pixel" or "output_half_pixel"
                ? new Options(Size(node, "output_height", 1, 1), Size(node, "output_width", 1, 1), Size(node, "sampling_ratio", 0, 0), map.GetFloat("spatial_scale", 1), coordinates == "half_pixel", mode == "max")
                : throw NodeErrors.Attribute(node, "coordinate_transformation_mode", coordinates, "Use half_pixel or output_half_pixel.");
        }

        private static int Size(Node node, string name, long missing, long least) => node.Attributes.GetInt(name, missing) is var value && value >= least && value <= ushort.MaxValue
            ? (int)value
            : throw NodeErrors.Attribute(node, name, $"{node.Attributes.GetInt(name, missing)}", $"It must be at least {least}.");
    }
}
