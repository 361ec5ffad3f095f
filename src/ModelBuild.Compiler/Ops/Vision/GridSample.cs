using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.Vision;

/// <summary>ONNX GridSample-20: reads x [N,C,H,W] or [N,C,D,H,W] at the positions of grid [N,...,2] or [N,...,3], whose last axis names the innermost axis first.</summary>
public sealed class GridSample : CheckedOp
{
    private const double CubicA = -0.75;

    /// <inheritdoc/>
    public override string OpType => "GridSample";

    private protected override int MinInputs => 2;

    private protected override void Infer(InferenceContext context)
    {
        (GridMode mode, _) = ModesOf(context.Node);
        Shape? output = null;
        if (context.Shape(0) is { } x && context.Shape(1) is { } grid)
        {
            bool fits = x.Rank is 4 or 5 && grid.Rank == x.Rank && (!grid[grid.Rank - 1].IsKnown || grid[grid.Rank - 1].Value == x.Rank - 2)
                && (!x[0].IsKnown || !grid[0].IsKnown || x[0].Value == grid[0].Value);
            if (!fits)
            {
                throw NodeErrors.Shape(context.Node, $"the operand {x} and the grid {grid} do not fit: both need rank 4 and a grid of two coordinates, or rank 5 and three.");
            }

            if (mode == GridMode.Cubic && x.Rank != 4)
            {
                throw NodeErrors.Attribute(context.Node, "mode", "cubic", "Cubic interpolation is defined for two spatial axes.");
            }

            output = new Shape([x[0], x[1], .. grid.Skip(1).Take(grid.Rank - 2)]);
        }

        context.SetOutput(0, context.Input(0).DType, output);
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        Tensor grid = context.Input(1);
        (GridMode mode, GridPadding padding) = ModesOf(context.Node);
        bool alignCorners = AlignCorners(context.Node);
        int n = x.Rank - 2;
        int points = Axes.Product(grid.Dims[1..^1]);
        int plane = Axes.Product(x.Dims[2..]);
        int[] strides = StridedIndex.Dense(x.Dims[2..]);
        double[] xs = x.ToDoubleArray();
        double[] positions = grid.ToDoubleArray();
        int planes = Axes.Product(x.Dims[..2]);
        long[] dims = [x.Dims[0], x.Dims[1], .. grid.Dims[1..^1]];
        Results.Check(context.Node, x.DType, dims);
        double[] y = new double[(long)planes * points];
        for (int image = 0; image < x.Dims[0]; image++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            for (int p = 0; p < points; p++)
            {
                List<(int Offset, double Weight)> taps = [(0, 1)];
                for (int axis = 0; axis < n; axis++)
                {
                    double coordinate = positions[(((image * points) + p) * n) + n - 1 - axis];
                    var along = Taps(coordinate, (int)x.Dims[axis + 2], mode, padding, alignCorners, grid.DType != DType.F64);
                    taps = [.. taps.SelectMany(t => along.Select(a => (t.Offset + (a.Index * strides[axis]), t.Weight * a.Weight)))];
                }

                for (int c = 0; c < x.Dims[1]; c++)
                {
                    int channel = (image * (int)x.Dims[1]) + c;
                    y[(channel * points) + p] = taps.Sum(t => t.Weight * xs[(channel * plane) + t.Offset]);
                }
            }
        }

        return [NumericTensors.FromDouble(context.Node, x.DType, y, dims)];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Node node = context.Node;
        ElementTypes.RequireF32Kernel(node, context.Input(0).DType);
        ElementTypes.RequireF32Kernel(node, context.Input(1).DType);
        (GridMode mode, GridPadding padding) = ModesOf(node);
        int[] x = Literals.Ints(node, context.InputDims(0));
        context.Call(
            "GridSample.F32",
            0,
            ("x", context.Input(0)),
            ("grid", context.Input(1)),
            ("y", context.Output()),
            ("batch", x[0]),
            ("channels", x[1]),
            ("inD", x.Length == 5 ? x[2] : 1),
            ("inH", x[^2]),
            ("inW", x[^1]),
            ("points", Axes.Product(context.OutputDims().AsSpan(2))),
            ("axes", x.Length - 2),
            ("mode", mode),
            ("padding", padding),
            ("alignCorners", AlignCorners(node)));
    }

    private static bool AlignCorners(Node node) => node.Attributes.GetInt("align_corners", 0) != 0;

    private static (GridMode Mode, GridPadding Padding) ModesOf(Node node) => (
        node.Attributes.GetString("mode", "linear") switch
        {
            "nearest" => GridMode.Nearest,
            "linear" => GridMode.Linear,
            "cubic" => GridMode.Cubic,
            string other => throw NodeErrors.Attribute(node, "mode", other, "Use nearest, linear or cubic."),
        },
        node.Attributes.GetString("padding_mode", "zeros") switch
        {
            "zeros" => GridPadding.Zeros,
            "border" => GridPadding.Border,
            "reflection" => GridPadding.Reflection,
            string other => throw NodeErrors.Attribute(node, "padding_mode", other, "Use zeros, border or reflection."),
        });

    /// <summary>
    /// The elements along one axis that a coordinate reads. Positions are rounded as the grid's element type is, as ties of nearest depend on it. At a border that goes on, cubic
    /// convolution is that of the continued operand, as frameworks compute it; for the other modes that is the value at the border.
    /// </summary>
    private static List<(int Index, double Weight)> Taps(double coordinate, int length, GridMode mode, GridPadding padding, bool alignCorners, bool isSingle)
    {
        double round(double v) => isSingle ? (float)v : v;
        double low = alignCorners ? 0 : -0.5;
        double high = alignCorners ? length - 1 : length - 0.5;
        double x = alignCorners
            ? round(round(round(coordinate + 1) / 2) * (length - 1))
            : round((round(round(coordinate + 1) * length) - 1) / 2);
        x = mode == GridMode.Nearest ? Math.Round(x, MidpointRounding.ToEven) : x;
        x = padding == GridPadding.Border && mode != GridMode.Cubic ? Math.Clamp(x, 0, length - 1) : padding == GridPadding.Reflection ? Reflect(x, low, high) : x;
        double floor = Math.Floor(x);
        List<(int, double)> taps = [];
        for (int k = mode == GridMode.Cubic ? -1 : 0; k <= (mode == GridMode.Cubic ? 2 : mode == GridMode.Linear ? 1 : 0); k++)
        {
            double at = floor + k;
            double distance = Math.Abs(x - at);
            double weight = mode switch
            {
                GridMode.Nearest => 1,
                GridMode.Linear => 1 - distance,
                _ => distance <= 1
                    ? ((CubicA + 2) * distance * distance * distance) - ((CubicA + 3) * distance * distance) + 1
                    : CubicA * ((distance * distance * distance) - (5 * distance * distance) + (8 * distance) - 4),
            };
            bool isInside = at >= 0 && at <= length - 1;
            if (isInside || padding != GridPadding.Zeros)
            {
                taps.Add(((int)Math.Clamp(padding == GridPadding.Reflection ? Reflect(at, low, high) : at, 0, length - 1), weight));
            }
        }

        return taps;
    }

    private static double Reflect(double x, double low, double high)
    {
        double range = high - low;
        if (range <= 0)
        {
            return low;
        }

        // The operand and its mirror image repeat every two ranges.
        double rest = (((x - low) % (2 * range)) + (2 * range)) % (2 * range);
        return low + (rest <= range ? rest : (2 * range) - rest);
    }
}
