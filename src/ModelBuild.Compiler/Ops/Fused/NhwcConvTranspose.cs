using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.Fused;

/// <summary>Transposed convolution over x [N,H,W,C] or [N,D,H,W,C] with weights [C,M/group,kh,kw] or [C,M/group,kd,kh,kw], bias [M], a residual of the output's shape, and an activation: act(conv + b + r).</summary>
public sealed class NhwcConvTranspose : Op
{
    /// <inheritdoc/>
    public override string OpType => "ConvTranspose";

    /// <inheritdoc/>
    public override string Domain => FusedDomain.Name;

    /// <inheritdoc/>
    public override void InferTypes(InferenceContext context)
    {
        context.CheckArity(2, 4);
        Shape x = context.Shape(0)!;
        Shape w = context.Shape(1)!;
        TransposedGeometry g = TransposedGeometry.Of(context.Node, [.. w.Skip(2).Select(d => d.Value)], ChannelsLast.Spatial(x));
        context.SetOutput(0, DType.F32, new Shape([x[0], .. g.Output, w[1] * context.Attributes.GetInt("group", 1)]));
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(EvaluationContext context)
    {
        Tensor?[] others = context.InputOrNull(2) is { } bias ? [context.Input(1), bias] : [context.Input(1)];
        Tensor y = ChannelsLast.Evaluate(context, new ConvTranspose(), others);
        ReadOnlySpan<float> residual = context.InputOrNull(3) is { } r ? r.Span<float>() : [];
        (Activation activation, float alpha, float beta) = ActivationReference.Of(context.Attributes);
        Span<float> values = y.MutableSpan<float>();
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = ActivationReference.Apply(values[i] + (residual.IsEmpty ? 0 : residual[i]), activation, alpha, beta);
        }

        return [y];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        if (context.InputDims(0).Length == 5)
        {
            VolumeLowering.ConvTranspose(context);
            return;
        }

        long[] x = context.InputDims(0);
        long[] w = context.InputDims(1);
        long[] y = context.OutputDims();
        TransposedGeometry g = TransposedGeometry.Of(context.Node, [w[2], w[3]], [x[1], x[2]]);
        (int inC, int outC, int kernelH, int kernelW) = ((int)x[3], (int)y[3], (int)w[2], (int)w[3]);
        int groups = (int)context.Node.Attributes.GetInt("group", 1);
        Operand weights = PackedWeights.Of(
            context, "ConvTransposePacking.Pack", ConvTransposePacking.PackedLength(outC, inC, kernelH, kernelW, groups),
            (from, packed) => ConvTransposePacking.Pack(from, packed, outC, inC, kernelH, kernelW, groups),
            ("outC", outC), ("inC", inC), ("kernelH", kernelH), ("kernelW", kernelW), ("groups", groups));
        (Activation activation, float alpha, float beta) = ActivationReference.Of(context.Node.Attributes);
        context.Call(
            "ConvTranspose.F32",
            x[0] * x[1] * x[2] * inC * (outC / groups) * kernelH * kernelW,
            ("x", context.Input(0)),
            ("w", weights),
            ("bias", context.InputOrNull(2)),
            ("residual", context.InputOrNull(3)),
            ("y", context.Output()),
            ("scratch", context.Scratch(DType.F32, Kernels.ConvTranspose.ScratchLength((int)x[2], outC, kernelH, kernelW, groups))),
            ("batch", (int)x[0]),
            ("inH", (int)x[1]),
            ("inW", (int)x[2]),
            ("inC", inC),
            ("outH", (int)y[1]),
            ("outW", (int)y[2]),
            ("outC", outC),
            ("kernelH", kernelH),
            ("kernelW", kernelW),
            ("strideH", (int)g.Strides[0]),
            ("strideW", (int)g.Strides[1]),
            ("padTop", (int)g.Begin[0]),
            ("padLeft", (int)g.Begin[1]),
            ("dilationH", (int)g.Dilations[0]),
            ("dilationW", (int)g.Dilations[1]),
            ("groups", groups),
            ("activation", activation),
            ("alpha", alpha),
            ("beta", beta));
    }
}
