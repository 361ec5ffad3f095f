using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Normalization;

/// <summary>Each group of channels of an image to mean 0 and variance 1, then a scale and a bias per channel: x [N,C,...], scale [C], bias [C].</summary>
public abstract class ChannelNormalization : CheckedOp
{
    private protected sealed override int MinInputs => 3;

    private protected sealed override bool WidensBFloat16 => true;

    /// <summary>Added to the variance.</summary>
    public static float Epsilon(Node node) => node.Attributes.GetFloat("epsilon", 1e-5f);

    /// <summary>Number of groups.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">It does not divide the channels.</exception>
    public abstract int Groups(Node node, int channels);

    private protected sealed override void Infer(InferenceContext context)
    {
        for (int i = 1; i < 3; i++)
        {
            _ = ElementTypes.Same(context.Node, context.Input(0).DType, context.Input(i).DType);
        }

        if (context.Shape(0) is { } x)
        {
            Check(context.Node, x, context.Shape(1), context.Shape(2));
        }

        context.SetOutput(0, context.Input(0));
    }

    private protected sealed override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        Check(context.Node, x.Type.Shape!, context.Input(1).Type.Shape, context.Input(2).Type.Shape);
        int channels = (int)x.Dims[1];
        int spatial = Axes.Product(x.Dims[2..]);
        double[] values = x.ToDoubleArray();
        int length = channels / Groups(context.Node, channels) * spatial;
        RowStatistics.Normalize(values, length, Epsilon(context.Node));
        double[] scale = context.Input(1).ToDoubleArray();
        double[] bias = context.Input(2).ToDoubleArray();
        for (int i = 0; i < values.Length; i++)
        {
            int channel = i / spatial % channels;
            values[i] = (values[i] * scale[channel]) + bias[channel];
        }

        return [FloatTensors.FromDouble(context.Node, x.DType, values, x.Dims)];
    }

    /// <inheritdoc/>
    public sealed override void Lower(ILoweringContext context)
    {
        ElementTypes.RequireF32Kernel(context.Node, context.Input(0).DType);
        long[] x = context.InputDims(0);
        int channels = (int)x[1];
        int spatial = Axes.Product(x.AsSpan(2));
        int rows = Axes.Product([x[0], Groups(context.Node, channels)]);
        if (Axes.Product(x) == 0)
        {
            return;
        }

        context.Call(
            "LayerNorm.F32", 0, ("x", context.Input(0)), ("scale", (Operand?)null), ("bias", (Operand?)null), ("y", context.Output()), ("rows", rows), ("length", Axes.Product(x) / rows), ("epsilon", Epsilon(context.Node)));
        context.Call(
            "BatchNorm.NchwF32", 0, ("x", context.Output()), ("scale", context.Input(1)), ("shift", context.Input(2)), ("y", context.Output()), ("batch", (int)x[0]), ("channels", channels), ("spatial", spatial));
    }

    private void Check(Node node, Shape x, Shape? scale, Shape? bias)
    {
        if (x.Rank < 2)
        {
            throw NodeErrors.Shape(node, $"the operand {x} needs a batch and channels.");
        }

        foreach (Shape? parameter in new[] { scale, bias })
        {
            if (parameter is { IsStatic: true } && (parameter.Rank != 1 || (x[1].IsKnown && parameter[0] != x[1])))
            {
                throw NodeErrors.Shape(node, $"scale and bias must have one element per channel of {x}; one of them is {parameter}.");
            }
        }

        if (x[1].IsKnown)
        {
            Groups(node, (int)x[1].Value);
        }
    }
}
