using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Elementwise;
using ModelBuild.Compiler.Ops.Shapes;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.Resizing;

/// <summary>Resize where scales, sizes or the region of interest come with the call, or its weights depend on sizes that do: axis by axis, by kernels that find the weights out.</summary>
internal static class OpenResize
{
    /// <summary>Weights are found out for a part of the result at once: those of 256 elements by two or four others each, and more where filters are widened.</summary>
    private const int LeastWeights = 1024;

    private const int WeightsPerElement = 4;

    private const int Roi = 1;
    private const int Scales = 2;
    private const int Sizes = 3;

    /// <summary>True where the sizes of the result do not follow from those of the operand while the model is built.</summary>
    public static bool IsOpen(Node node, ResizeOptions options) => new[] { Roi, Scales, Sizes }.Any(i => RunTimeValues.IsComputed(node, i))
        || (node.Graph.SizeDependence is not null && options.Policy != "stretch" && Has(node, Sizes));

    /// <summary>True where the result is given by sizes, not scales.</summary>
    public static bool HasSizes(Node node) => Has(node, Sizes);

    /// <summary>What is known of the sizes of the result.</summary>
    public static Shape OutputShape(Node node, ResizeOptions options, Shape shape)
    {
        int[] axes = ResizeGeometry.AxesOf(node, shape.Rank);
        Check(node, options, axes.Length);
        bool isCrop = options.Transformation == CoordinateTransformation.TfCropAndResize;
        Dim[] dims = [.. shape];
        Shape? sizes = Has(node, Sizes) && options.Policy == "stretch" ? ShapeValues.ShapeOf(node, Sizes) : null;
        float?[] scales = Has(node, Scales) && !isCrop ? KnownScales(node.Input(Scales), axes.Length) : new float?[axes.Length];
        for (int i = 0; i < axes.Length; i++)
        {
            Dim input = shape[axes[i]];
            dims[axes[i]] = sizes is not null ? sizes[i]
                : scales[i] is not { } scale ? Dim.Unknown
                : scale == 1 ? input
                : input.IsKnown ? (long)MathF.Floor(input.Value * scale) : Dim.Unknown;
        }

        return new Shape(dims);
    }

    /// <summary>The entries of scales or sizes whose axes have a size that is counted.</summary>
    public static int[] Counted(Node node, ResizeOptions options)
    {
        if (node.Input(0).Type.Shape is not { IsStatic: true } shape || !IsOpen(node, options))
        {
            return [];
        }

        Shape output = OutputShape(node, options, shape);
        return [.. ResizeGeometry.AxesOf(node, shape.Rank).Index().Where(a => !output[a.Item].IsKnown).Select(a => a.Index)];
    }

    /// <summary>Resamples input 0 to output 0.</summary>
    public static void Lower(ILoweringContext context, ResizeOptions options)
    {
        Node node = context.Node;
        long[] dims = context.InputDims(0);
        long[] result = context.OutputDims();
        int[] axes = ResizeGeometry.AxesOf(node, dims.Length);
        Check(node, options, axes.Length);
        bool isCrop = options.Transformation == CoordinateTransformation.TfCropAndResize;
        (string, StepValue)[] given =
        [
            ("roi", isCrop ? Given(Roi, DType.F32) : null), ("scales", Given(Scales, DType.F32)), ("sizes", Given(Sizes, DType.I64)),
            ("axes", axes), ("shape", Literals.Ints(node, dims)), ("policy", PolicyOf(options)), ("transformation", options.Transformation),
        ];
        int[] counted = Counted(node, options);
        for (int size = 0; size < counted.Length; size++)
        {
            context.Count(size, "SizedResize.Count", [.. given, ("index", counted[size])]);
        }

        int[] changed = [.. Enumerable.Range(0, axes.Length).Where(i => counted.Contains(i) || isCrop || !IsSame(node, options, dims[axes[i]], i)).OrderBy(i => axes[i])];
        if (changed.Length == 0)
        {
            context.Alias(0, 0);
            return;
        }

        Operand x = context.Input(0);
        foreach (int i in changed)
        {
            (int outer, int input, int inner) = Axes.Split(dims, axes[i]);
            dims[axes[i]] = result[axes[i]];

            // One element more, so that there is memory where a size is 0.
            Operand y = i == changed[^1] ? context.Output() : context.Scratch(x.DType, checked(Axes.Product(dims) + 1))!;
            Along(context, options, x, y, [.. given, ("index", i), ("outer", outer), ("output", Literals.Int(node, result[axes[i]])), ("inner", inner)], input);
            x = y;
        }

        foreach (int i in isCrop ? changed : [])
        {
            (int outer, int output, int inner) = Axes.Split(result, axes[i]);
            Tensor value = NumericTensors.FromDouble(node, x.DType, [options.Extrapolation], []);
            context.Call("SizedResize.Extrapolate", 0, [("y", context.Output()), .. given, ("index", i), ("value", context.Weights(value)), ("outer", outer), ("output", output), ("inner", inner)]);
        }

        Operand? Given(int input, DType type) => Has(node, input) ? CastLowering.Converted(context, context.Input(input), type) : null;
    }

    private static void Along(ILoweringContext context, ResizeOptions options, Operand x, Operand y, (string, StepValue)[] axis, int input)
    {
        if (options.Taps == 1)
        {
            context.Call("SizedResize.Nearest", 0, [("x", x), ("y", y), .. axis, ("nearest", options.Nearest)]);
            return;
        }

        context.Call(
            "SizedResize.InterpolateF32",
            0,
            [
                ("x", x), ("y", y), ("weights", context.Scratch(DType.F32, (WeightsPerElement * (long)input) + LeastWeights)), ("lines", context.Scratch(DType.F32, SizedResize.Lines(input))), .. axis,
                ("isCubic", options.Taps == 4), ("cubicCoefficientA", options.CubicA), ("excludeOutside", options.ExcludeOutside), ("antialias", options.Antialias),
            ]);
    }

    // An axis of which it is known that nothing changes.
    private static bool IsSame(Node node, ResizeOptions options, long dim, int entry) => Has(node, Scales)
        ? KnownScales(node.Input(Scales), entry + 1)[entry] == 1
        : options.Policy == "stretch" && ShapeValues.ShapeOf(node, Sizes)![entry] is { IsKnown: true } size && size.Value == dim;

    private static bool Has(Node node, int input) => node.InputOrNull(input) is { } value && value.Type.Shape is not { IsStatic: true, ElementCount: 0 };

    private static void Check(Node node, ResizeOptions options, int count)
    {
        if (Has(node, Scales) == Has(node, Sizes))
        {
            throw NodeErrors.Invalid(node, Has(node, Sizes) ? "both scales and sizes are given; one of them is allowed." : "neither scales nor sizes are given.");
        }

        CheckInput(node, Scales, DType.F32, count);
        CheckInput(node, Sizes, DType.I64, count);
        if (options.Transformation == CoordinateTransformation.TfCropAndResize)
        {
            CheckInput(node, Roi, DType.F32, Has(node, Roi) ? 2 * count : throw NodeErrors.Invalid(node, $"tf_crop_and_resize needs a region of interest of {2 * count} numbers."));
        }
    }

    private static void CheckInput(Node node, int input, DType type, int count)
    {
        if (!Has(node, input))
        {
            return;
        }

        Value value = node.Input(input);
        ElementTypes.Require(node, input, value.Type.DType, t => DTypes.IsFloat(t) == DTypes.IsFloat(type), $"{type} elements");
        if (value.Type.Shape is { } shape && !(shape.Rank == 1 && (!shape[0].IsKnown || shape[0].Value == count)))
        {
            throw NodeErrors.Shape(node, $"input {input} has the shape {shape}; {count} numbers are needed.");
        }
    }

    private static AspectRatioPolicy PolicyOf(ResizeOptions options) => options.Policy switch
    {
        "not_larger" => AspectRatioPolicy.NotLarger,
        "not_smaller" => AspectRatioPolicy.NotSmaller,
        _ => AspectRatioPolicy.Stretch,
    };

    /// <summary>The scales that are constants, alone or joined with others that are not; null for those that come with the call.</summary>
    private static float?[] KnownScales(Value value, int count)
    {
        float?[] none = new float?[count];
        if (value.Constant is { DType: DType.F32 } constant)
        {
            return [.. constant.Span<float>().ToArray().Select(s => (float?)s)];
        }

        if (value.Producer is not { OpType: "Concat", Domain: "" } join)
        {
            return none;
        }

        float?[] parts = [.. join.Inputs.SelectMany(i => i is { Type.Shape: { IsStatic: true } part } ? KnownScales(i, (int)part.ElementCount) : [])];
        return parts.Length == count || parts.Length > count ? parts : none;
    }
}
