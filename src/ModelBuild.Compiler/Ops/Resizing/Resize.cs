using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.Resizing;

/// <summary>
/// Resampling along any axes by nearest, linear or cubic interpolation (ONNX Resize 19). Each axis is resampled on its own, so that the
/// operator has no layout: [N,C,H,W] and [N,H,W,C] differ in the order of roi, scales and sizes only. Where these come with the call, the sizes of the result are counted.
/// </summary>
public sealed class Resize : CheckedOp, ICountedOp
{
    /// <inheritdoc/>
    public override string OpType => "Resize";

    private protected override int MinInputs => 1;

    private protected override int MaxInputs => 4;

    private protected override void Infer(InferenceContext context)
    {
        ResizeOptions options = ResizeOptions.Of(context.Node);
        Shape? shape = context.Shape(0);
        if (shape is not null)
        {
            shape = OpenResize.IsOpen(context.Node, options)
                ? OpenResize.OutputShape(context.Node, options, shape)
                : ResizeGeometry.OutputShape(context.Node, options, shape, context.Constant(1), context.Constant(2), context.Constant(3));
        }

        context.SetOutput(0, context.Input(0).DType, shape);
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Node node = context.Node;
        Tensor x = context.Input(0);
        ResizeOptions options = ResizeOptions.Of(node);
        ResizeAxis[] axes = ResizeGeometry.Resolve(node, options, x.Dims, context.InputOrNull(1), context.InputOrNull(2), context.InputOrNull(3));
        long[] dims = [.. axes.Select(a => (long)a.Output)];
        Results.Check(node, x.DType, dims);
        bool extrapolates = axes.Any(a => Enumerable.Range(0, a.Output).Any(i => a.Extrapolates(options.Transformation, i)));
        if (options.Taps == 1 && !extrapolates)
        {
            return [ResizeReference.Nearest(context, x, axes, options)];
        }

        double[] values = options.Taps == 1
            ? ResizeReference.Nearest(context, x, axes, options).ToDoubleArray()
            : ResizeReference.Interpolate(x.ToDoubleArray(), axes, options, context.Cancellation);
        StridedIndex index = new(dims);
        for (int i = 0; extrapolates && i < values.Length; i++, index.MoveNext())
        {
            for (int axis = 0; axis < axes.Length; axis++)
            {
                values[i] = axes[axis].Extrapolates(options.Transformation, (int)index.Axis(axis)) ? options.Extrapolation : values[i];
            }
        }

        return [NumericTensors.FromDouble(node, x.DType, values, dims)];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Node node = context.Node;
        ResizeOptions options = ResizeOptions.Of(node);
        bool dependsOnSizes = context.SizesVary && (options.Antialias || options.Transformation == CoordinateTransformation.TfCropAndResize || options.Policy != "stretch");
        bool isSized = OpenResize.IsOpen(node, options) || dependsOnSizes;
        ResizeAxis[] axes = isSized ? [] : ResizeGeometry.Resolve(node, options, context.InputDims(0), context.Constant(1), context.Constant(2), context.Constant(3));
        if (axes.Any(a => a.Output == 0))
        {
            return;
        }

        if (options.Taps == 1)
        {
            ElementTypes.RequireMovable(node, context.Input(0).DType);
        }
        else
        {
            ElementTypes.RequireF32Kernel(node, context.Input(0).DType);
        }

        if (isSized)
        {
            OpenResize.Lower(context, options);
            return;
        }

        ResizeLowering.Call(context, axes, options);
        ResizeLowering.Extrapolate(context, axes, options);
    }

    /// <inheritdoc/>
    public IReadOnlyList<CountRange>? CountsOf(Node node) => [.. OpenResize.Counted(node, ResizeOptions.Of(node)).Select(_ => new CountRange(0, null))];

    /// <inheritdoc/>
    public string? CountKey(Node node, int size)
    {
        ResizeOptions options = ResizeOptions.Of(node);
        return options.Policy == "stretch" && OpenResize.HasSizes(node) ? CountOrigin.Of(node.Input(3), OpenResize.Counted(node, options)[size]) : null;
    }

    /// <inheritdoc/>
    public int CountOf(Node node, int output, int axis, int ordinal)
    {
        ResizeOptions options = ResizeOptions.Of(node);
        int entry = Array.IndexOf(ResizeGeometry.AxesOf(node, node.Input(0).Type.Shape!.Rank), axis);
        return Array.IndexOf(OpenResize.Counted(node, options), entry);
    }
}
