using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Fused;

/// <summary>The integer form of AveragePool and GlobalAveragePool: x uint8 [N,H,W,C] to uint8; the sum of a window is an exact integer.</summary>
/// <param name="name">Operator name, and that of its kernel's class.</param>
/// <param name="isGlobal">True when the window is the whole image.</param>
public sealed class QuantizedPoolOp(string name, bool isGlobal) : Op
{
    /// <inheritdoc/>
    public override string OpType => name;

    /// <inheritdoc/>
    public override string Domain => FusedDomain.Name;

    /// <inheritdoc/>
    public override void InferTypes(InferenceContext context)
    {
        context.CheckArity(1, 1);
        Shape x = context.Shape(0)!;
        Dim[] spatial = [x[1], x[2]];
        Dim[] output = isGlobal ? [1, 1] : SpatialGeometry.Of(context.Node, null, spatial).Output(context.Node, spatial, context.Attributes.GetInt("ceil_mode", 0) != 0);
        context.SetOutput(0, DType.U8, new Shape([x[0], .. output, x[3]]));
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        int zero = (int)context.Attributes.GetInt("x_zero_point", 0);
        Tensor shifted = Shapes.Transpose.Apply(Tensor.Create<double>([.. x.ToInt64Array().Select(v => (double)(v - zero))], x.Dims), [0, 3, 1, 2]);
        Op pool = isGlobal ? new GlobalPoolOp("GlobalAveragePool", isMax: false) : new AveragePool();
        EvaluationContext WithInput(Tensor tensor) => new(context.Node, [tensor], context.Cancellation);
        Tensor means = Shapes.Transpose.Apply(pool.Evaluate(WithInput(shifted))[0], [0, 2, 3, 1]);
        int[] counts = isGlobal ? [.. Enumerable.Repeat((int)(x.Dims[1] * x.Dims[2]), means.Count)] : Counts(context, shifted.Dims.ToArray());
        double[] values = means.ToDoubleArray();
        Tensor y = new(DType.U8, means.Dims);
        for (int i = 0; i < values.Length; i++)
        {
            float level = (float)Math.Round(values[i] * counts[i]) * (context.Attributes.GetFloat("multiplier", 1) / counts[i]);
            y.MutableBytes()[i] = (byte)Math.Clamp(MathF.Round(level, MidpointRounding.ToEven) + context.Attributes.GetInt("y_zero_point", 0), 0, 255);
        }

        return [y];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        long[] x = context.InputDims(0);
        long[] y = context.OutputDims();
        AttributeMap map = context.Node.Attributes;
        List<(string, StepValue)> arguments = [("x", context.Input(0)), ("y", context.Output()), ("batch", (int)x[0])];
        if (isGlobal)
        {
            arguments.AddRange([("spatial", (int)(x[1] * x[2])), ("channels", (int)x[3])]);
        }
        else
        {
            SpatialGeometry g = SpatialGeometry.Of(context.Node, null, [x[1], x[2]]);
            arguments.AddRange(
            [
                ("inH", (int)x[1]), ("inW", (int)x[2]), ("channels", (int)x[3]), ("outH", (int)y[1]), ("outW", (int)y[2]), ("kernelH", (int)g.Kernel[0]), ("kernelW", (int)g.Kernel[1]),
                ("strideH", (int)g.Strides[0]), ("strideW", (int)g.Strides[1]), ("padTop", (int)g.Pads[0]), ("padLeft", (int)g.Pads[1]), ("padBottom", (int)g.Pads[2]), ("padRight", (int)g.Pads[3]),
                ("countIncludePad", map.GetInt("count_include_pad", 0) != 0),
            ]);
        }

        arguments.AddRange([("multiplier", map.GetFloat("multiplier", 1)), ("xZeroPoint", (int)map.GetInt("x_zero_point", 0)), ("yZeroPoint", (int)map.GetInt("y_zero_point", 0))]);
        context.Call($"{name}.U8", 0, [.. arguments]);
    }

    /// <summary>Elements that each window divides by, in the order of the output [N,H,W,C].</summary>
    private static int[] Counts(EvaluationContext context, long[] dims)
    {
        Dim[] spatial = [dims[2], dims[3]];
        SpatialGeometry g = SpatialGeometry.Of(context.Node, null, spatial);
        long[] size = [.. g.Output(context.Node, spatial, context.Attributes.GetInt("ceil_mode", 0) != 0).Select(d => d.Value)];
        bool padded = context.Attributes.GetInt("count_include_pad", 0) != 0;
        int Extent(int axis, long position)
        {
            long begin = (position * g.Strides[axis]) - g.Pads[axis];
            long end = Math.Min(begin + g.Kernel[axis], dims[2 + axis] + (padded ? g.Pads[axis + 2] : 0));
            return (int)(end - (padded ? begin : Math.Max(begin, 0)));
        }

        List<int> counts = [];
        for (long n = 0; n < dims[0]; n++)
        {
            for (long h = 0; h < size[0]; h++)
            {
                for (long w = 0; w < size[1]; w++)
                {
                    counts.AddRange(Enumerable.Repeat(Math.Max(1, Extent(0, h) * Extent(1, w)), (int)dims[1]));
                }
            }
        }

        return [.. counts];
    }
}
