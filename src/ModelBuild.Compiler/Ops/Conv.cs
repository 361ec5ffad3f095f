using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops;

/// <summary>ONNX Conv-11: cross-correlation over one to three spatial axes, with groups, strides, dilations and padding. x [N,C,...], w [M,C/group,...], b [M].</summary>
public sealed class Conv : Op
{
    /// <inheritdoc/>
    public override string OpType => "Conv";

    /// <inheritdoc/>
    public override void InferTypes(InferenceContext context)
    {
        context.CheckArity(2, 3);
        _ = ElementTypes.Same(context.Node, context.Input(0).DType, context.Input(1).DType);
        if (context.Shape(0) is not { } x || context.Shape(1) is not { IsStatic: true } w)
        {
            context.SetOutput(0, context.Input(0).DType, null);
            return;
        }

        if (x.Rank is < 3 or > 5 || w.Rank != x.Rank)
        {
            throw NodeErrors.Shape(context.Node, $"input {x} and weights {w} must have the same rank of 3 to 5.");
        }

        long group = context.Attributes.GetInt("group", 1);
        if (group < 1 || w[0].Value % group != 0 || (x[1].IsKnown && x[1].Value != w[1].Value * group))
        {
            throw NodeErrors.Shape(context.Node, $"input {x} and weights {w} do not fit {group} groups.");
        }

        if (context.HasInput(2) && context.Shape(2) is { IsStatic: true } b && (b.Rank != 1 || b[0].Value != w[0].Value))
        {
            throw NodeErrors.Shape(context.Node, $"the bias {b} must be [{w[0]}].");
        }

        Dim[] spatial = [.. x.Skip(2)];
        SpatialGeometry geometry = SpatialGeometry.Of(context.Node, [.. w.Skip(2).Select(d => d.Value)], spatial);
        context.SetOutput(0, context.Input(0).DType, new Shape([x[0], w[0], .. geometry.Output(context.Node, spatial, ceil: false)]));
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        Tensor w = context.Input(1);
        Dim[] spatial = [.. x.Type.Shape!.Skip(2)];
        SpatialGeometry geometry = SpatialGeometry.Of(context.Node, w.Dims[2..].ToArray(), spatial);
        long[] outSpatial = [.. geometry.Output(context.Node, spatial, ceil: false).Select(d => d.Value)];
        int batch = (int)x.Dims[0];
        int groups = (int)context.Attributes.GetInt("group", 1);
        int outC = (int)w.Dims[0];
        int inCg = (int)w.Dims[1];
        Window3 window = new(x.Dims[2..], outSpatial, geometry);
        double[] xs = x.ToDoubleArray();
        double[] ws = w.ToDoubleArray();
        double[] bias = context.InputOrNull(2)?.ToDoubleArray() ?? new double[outC];
        double[] y = new double[batch * outC * window.OutCount];
        int taps = window.KernelCount;
        int[] positions = new int[taps];
        for (int p = 0; p < window.OutCount; p++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            window.Taps(p, positions);
            for (int n = 0; n < batch; n++)
            {
                for (int m = 0; m < outC; m++)
                {
                    int firstC = m / (outC / groups) * inCg;
                    double sum = bias[m];
                    for (int c = 0; c < inCg; c++)
                    {
                        int xBase = ((n * inCg * groups) + firstC + c) * window.InCount;
                        int wBase = ((m * inCg) + c) * taps;
                        for (int t = 0; t < taps; t++)
                        {
                            if (positions[t] >= 0)
                            {
                                sum += xs[xBase + positions[t]] * ws[wBase + t];
                            }
                        }
                    }

                    y[(((n * outC) + m) * window.OutCount) + p] = sum;
                }
            }
        }

        return [FloatTensors.FromDouble(context.Node, x.DType, y, [batch, outC, .. outSpatial])];
    }

    /// <inheritdoc/>
    /// <remarks>The passes turn what has kernels into the NHWC forms; only the rest comes here.</remarks>
    public override void Lower(ILoweringContext context) => throw NoKernel(context);

    /// <summary>Why a convolution has no NHWC form.</summary>
    internal static Exception NoKernel(ILoweringContext context) => context.InputDims(0).Contains(0) || context.InputDims(1).Contains(0)
        ? NodeErrors.Shape(context.Node, "an input or weights without elements have no kernel.")
        : ElementTypes.NoKernel(context.Node, context.Input(0).DType);
}
