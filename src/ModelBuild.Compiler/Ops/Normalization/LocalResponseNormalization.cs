using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Normalization;

/// <summary>ONNX LRN-13: each element divided by a power of the squares of its neighbours along the channels. x [N,C,...].</summary>
public sealed class LocalResponseNormalization : CheckedOp
{
    /// <inheritdoc/>
    public override string OpType => "LRN";

    private protected override int MinInputs => 1;

    private protected override bool WidensBFloat16 => true;

    /// <summary>Appends the kernel call over an operand whose channels are innermost.</summary>
    internal static void Call(ILoweringContext context, Operand x, Operand y, int rows, int channels)
    {
        (int size, float alpha, float beta, float bias) = Parameters(context.Node);
        context.Call("LocalResponseNorm.F32", 0, ("x", x), ("y", y), ("rows", rows), ("channels", channels), ("size", size), ("alpha", alpha), ("beta", beta), ("bias", bias));
    }

    private protected override void Infer(InferenceContext context)
    {
        Parameters(context.Node);
        if (context.Shape(0) is { Rank: < 2 } x)
        {
            throw NodeErrors.Shape(context.Node, $"the operand {x} needs a batch and channels.");
        }

        context.SetOutput(0, context.Input(0));
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        (int size, float alpha, float beta, float bias) = Parameters(context.Node);
        int channels = (int)x.Dims[1];
        int spatial = Axes.Product(x.Dims[2..]);
        double[] values = x.ToDoubleArray();
        double[] y = new double[values.Length];
        for (int i = 0; i < y.Length; i++)
        {
            int channel = i / spatial % channels;
            int first = Math.Max(0, channel - ((size - 1) / 2));
            int last = Math.Min(channels - 1, channel + (size / 2));
            double sum = 0;
            for (int c = first; c <= last; c++)
            {
                double neighbour = values[i + ((c - channel) * spatial)];
                sum += neighbour * neighbour;
            }

            y[i] = values[i] / Math.Pow(bias + ((double)alpha / size * sum), beta);
        }

        return [FloatTensors.FromDouble(context.Node, x.DType, y, x.Dims)];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        ElementTypes.RequireF32Kernel(context.Node, context.Input(0).DType);
        long[] dims = context.InputDims(0);
        (int batch, int channels, int spatial) = Axes.Split(dims, 1);
        if (spatial == 1)
        {
            Call(context, context.Input(0), context.Output(), batch, channels);
            return;
        }

        int count = Axes.Product(dims);
        Operand x = context.Scratch(DType.F32, count)!;
        Operand y = context.Scratch(DType.F32, count)!;
        context.Call("Transpose.Run", 0, ("x", context.Input(0)), ("y", x), ("shape", new[] { batch, channels, spatial }), ("permutation", new[] { 0, 2, 1 }));
        Call(context, x, y, checked(batch * spatial), channels);
        context.Call("Transpose.Run", 0, ("x", y), ("y", context.Output()), ("shape", new[] { batch, spatial, channels }), ("permutation", new[] { 0, 2, 1 }));
    }

    private static (int Size, float Alpha, float Beta, float Bias) Parameters(Node node)
    {
        long size = node.Attributes.GetInt("size", 0);
        return size is > 0 and <= ushort.MaxValue
            ? ((int)size, node.Attributes.GetFloat("alpha", 1e-4f), node.Attributes.GetFloat("beta", 0.75f), node.Attributes.GetFloat("bias", 1))
            : throw NodeErrors.Attribute(node, "size", $"{size}", "It must be positive.");
    }
}
