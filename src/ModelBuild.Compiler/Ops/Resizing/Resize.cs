using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.Resizing;

/// <summary>
/// Resampling along any axes by nearest, linear or cubic interpolation (ONNX Resize 19). Each axis is resampled on its own, so that the
/// operator has no layout: [N,C,H,W] and [N,H,W,C] differ in the order of roi, scales and sizes only.
/// </summary>
public sealed class Resize : CheckedOp
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
            bool known = Enumerable.Range(1, 3).All(i => !context.HasInput(i) || context.Constant(i) is not null);
            shape = known ? ResizeGeometry.OutputShape(context.Node, options, shape, context.Constant(1), context.Constant(2), context.Constant(3)) : new Shape(Enumerable.Repeat(Dim.Unknown, shape.Rank));
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
        for (int i = 1; i <= 3; i++)
        {
            if (node.InputOrNull(i) is not null && context.Constant(i) is null)
            {
                throw NodeErrors.Invalid(node, "roi, scales and sizes must be constants. Export the model with constant shapes, or set Runtime=\"onnxruntime\".");
            }
        }

        ResizeAxis[] axes = ResizeGeometry.Resolve(node, options, context.InputDims(0), context.Constant(1), context.Constant(2), context.Constant(3));
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

        ResizeLowering.Call(context, axes, options);
        ResizeLowering.Extrapolate(context, axes, options);
    }
}
