using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops;

/// <summary>A window that moves over each channel on its own: x [N,C,...] to [N,C,...].</summary>
public abstract class PoolOp : Op
{
    /// <inheritdoc/>
    public override void InferTypes(InferenceContext context)
    {
        context.CheckArity(1, 1);
        ElementTypes.Require(context.Node, 0, context.Input(0).DType, ElementTypes.IsNumeric, "numbers");
        Shape? output = null;
        if (context.Shape(0) is { } x)
        {
            if (x.Rank is < 3 or > 5)
            {
                throw NodeErrors.Shape(context.Node, $"the input {x} must have 3 to 5 dimensions.");
            }

            Dim[] spatial = [.. x.Skip(2)];
            SpatialGeometry geometry = SpatialGeometry.Of(context.Node, null, spatial);
            output = new Shape([x[0], x[1], .. geometry.Output(context.Node, spatial, context.Attributes.GetInt("ceil_mode", 0) != 0)]);
        }

        context.SetOutput(0, context.Input(0).DType, output);
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        Dim[] spatial = [.. x.Type.Shape!.Skip(2)];
        SpatialGeometry geometry = SpatialGeometry.Of(context.Node, null, spatial);
        long[] outSpatial = [.. geometry.Output(context.Node, spatial, context.Attributes.GetInt("ceil_mode", 0) != 0).Select(d => d.Value)];
        Window3 window = new(x.Dims[2..], outSpatial, geometry);
        int channels = (int)(x.Dims[0] * x.Dims[1]);
        double[] xs = x.ToDoubleArray();
        double[] y = new double[channels * window.OutCount];
        int[] taps = new int[window.KernelCount];
        for (int p = 0; p < window.OutCount; p++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            window.Taps(p, taps);
            int padded = CountInPaddedExtent(window, geometry, p);
            for (int c = 0; c < channels; c++)
            {
                y[(c * window.OutCount) + p] = Pool(context.Node, xs.AsSpan(c * window.InCount, window.InCount), taps, padded);
            }
        }

        long[] dims = [x.Dims[0], x.Dims[1], .. outSpatial];
        return x.DType is DType.U8 or DType.I8
            ? [new Tensor(x.DType, dims, [.. y.Select(v => unchecked((byte)(int)v))])]
            : [FloatTensors.FromDouble(context.Node, x.DType, y, dims)];
    }

    /// <inheritdoc/>
    /// <remarks>The passes turn what has kernels into the NHWC forms; only the rest comes here.</remarks>
    public override void Lower(ILoweringContext context) => throw ElementTypes.NoKernel(context.Node, context.Input(0).DType);

    /// <summary>Combines the elements that a window sees.</summary>
    /// <param name="taps">Positions in <paramref name="plane"/>; -1 for padding.</param>
    /// <param name="padded">How many taps lie within input and padding; fewer than all where ceil_mode lets a window stick out.</param>
    protected abstract double Pool(Node node, ReadOnlySpan<double> plane, ReadOnlySpan<int> taps, int padded);

    private static int CountInPaddedExtent(Window3 window, SpatialGeometry geometry, int output)
    {
        int count = 1;
        int rest = output;
        int n = geometry.Kernel.Length;
        for (int axis = 2; axis >= 0; axis--)
        {
            int position = rest % window.Out[axis];
            rest /= window.Out[axis];
            int spatial = axis - (3 - n);
            int end = spatial >= 0 ? (int)geometry.Pads[spatial + n] : 0;
            int inside = 0;
            for (int k = 0; k < window.Kernel[axis]; k++)
            {
                inside += (position * window.Strides[axis]) + (k * window.Dilations[axis]) - window.Begin[axis] < window.In[axis] + end ? 1 : 0;
            }

            count *= inside;
        }

        return count;
    }
}
