using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops;

/// <summary>ONNX ConvTranspose-11: each input element adds its multiple of the kernel to the result. x [N,C,...], w [C,M/group,...], b [M]; one to three spatial axes.</summary>
public sealed class ConvTranspose : CheckedOp
{
    /// <inheritdoc/>
    public override string OpType => "ConvTranspose";

    private protected override int MinInputs => 2;

    private protected override int MaxInputs => 3;

    private protected override void Infer(InferenceContext context)
    {
        if (context.Shape(0) is not { } x || context.Shape(1) is not { IsStatic: true } w)
        {
            context.SetOutput(0, context.Input(0).DType, null);
            return;
        }

        Check(context.Node, x, w, context.HasInput(2) ? context.Shape(2) : null);
        TransposedGeometry geometry = TransposedGeometry.Of(context.Node, [.. w.Skip(2).Select(d => d.Value)], [.. x.Skip(2)]);
        context.SetOutput(0, context.Input(0).DType, new Shape([x[0], w[1] * GroupsOf(context.Node), .. geometry.Output]));
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        Tensor w = context.Input(1);
        Check(context.Node, x.Type.Shape!, w.Type.Shape!, context.InputOrNull(2)?.Type.Shape);
        TransposedGeometry geometry = TransposedGeometry.Of(context.Node, w.Dims[2..].ToArray(), [.. x.Type.Shape!.Skip(2)]);
        int groups = GroupsOf(context.Node);
        int inC = (int)x.Dims[1];
        int outCg = (int)w.Dims[1];
        long[] outSpatial = [.. geometry.Output.Select(d => d.Value)];
        long[] dims = [x.Dims[0], outCg * groups, .. outSpatial];
        Results.Check(context.Node, x.DType, dims);
        int inCount = Axes.Product(x.Dims[2..]);
        int outCount = Axes.Product(outSpatial);
        int taps = Axes.Product(w.Dims[2..]);
        int[] targets = Targets(x.Dims[2..].ToArray(), outSpatial, geometry, inCount, taps);
        double[] xs = x.ToDoubleArray();
        double[] ws = w.ToDoubleArray();
        double[] bias = context.InputOrNull(2)?.ToDoubleArray() ?? new double[outCg * groups];
        double[] y = new double[Axes.Product(dims)];
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = bias[i / outCount % bias.Length];
        }

        for (int plane = 0; plane < x.Dims[0] * inC; plane++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            int channel = plane % inC;
            int firstOut = ((plane / inC) * groups) + (channel / (inC / groups));
            for (int m = 0; m < outCg; m++)
            {
                int target = ((firstOut * outCg) + m) * outCount;
                int weight = ((channel * outCg) + m) * taps;
                for (int p = 0; p < inCount; p++)
                {
                    for (int t = 0; t < taps; t++)
                    {
                        if (targets[(p * taps) + t] is >= 0 and int at)
                        {
                            y[target + at] += xs[(plane * inCount) + p] * ws[weight + t];
                        }
                    }
                }
            }
        }

        return [FloatTensors.FromDouble(context.Node, x.DType, y, dims)];
    }

    /// <inheritdoc/>
    /// <remarks>The passes turn what has kernels into the NHWC form; only the rest comes here.</remarks>
    public override void Lower(ILoweringContext context) => throw Conv.NoKernel(context);

    private static int GroupsOf(Node node) => (int)node.Attributes.GetInt("group", 1);

    private static void Check(Node node, Shape x, Shape w, Shape? bias)
    {
        if (x.Rank is < 3 or > 5 || w.Rank != x.Rank)
        {
            throw NodeErrors.Shape(node, $"input {x} and weights {w} must have the same rank of 3 to 5.");
        }

        long groups = node.Attributes.GetInt("group", 1);
        if (groups < 1 || w[0].Value % groups != 0 || (x[1].IsKnown && x[1].Value != w[0].Value))
        {
            throw NodeErrors.Shape(node, $"input {x} and weights {w} do not fit {groups} groups.");
        }

        if (bias is { IsStatic: true } && (bias.Rank != 1 || bias[0].Value != w[1].Value * groups))
        {
            throw NodeErrors.Shape(node, $"the bias {bias} must be [{w[1].Value * groups}].");
        }
    }

    /// <summary>Where each tap of each input position adds to; -1 outside of the result.</summary>
    private static int[] Targets(long[] input, long[] output, TransposedGeometry geometry, int inCount, int taps)
    {
        int[] targets = new int[inCount * taps];
        for (int p = 0; p < inCount; p++)
        {
            for (int t = 0; t < taps; t++)
            {
                long target = 0;
                long stride = 1;
                int restP = p;
                int restT = t;
                bool inside = true;
                for (int axis = input.Length - 1; axis >= 0; axis--)
                {
                    long at = (restP % input[axis] * geometry.Strides[axis]) + (restT % geometry.Kernel[axis] * geometry.Dilations[axis]) - geometry.Begin[axis];
                    inside &= at >= 0 && at < output[axis];
                    target += at * stride;
                    stride *= output[axis];
                    restP /= (int)input[axis];
                    restT /= (int)geometry.Kernel[axis];
                }

                targets[(p * taps) + t] = inside ? (int)target : -1;
            }
        }

        return targets;
    }
}
