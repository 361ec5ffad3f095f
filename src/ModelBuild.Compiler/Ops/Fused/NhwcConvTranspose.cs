using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.Fused;

/// <summary>Transposed convolution over x [N,H,W,C] with constant weights [C,M/group,kh,kw], bias [M], a residual of the output's shape, and an activation: act(conv + b + r).</summary>
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
        TransposedGeometry g = TransposedGeometry.Of(context.Node, [w[2].Value, w[3].Value], [x[1], x[2]]);
        context.SetOutput(0, DType.F32, new Shape([x[0], .. g.Output, w[1] * context.Attributes.GetInt("group", 1)]));
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(EvaluationContext context)
    {
        Tensor x = Shapes.Transpose.Apply(context.Input(0), [0, 3, 1, 2]);
        Tensor?[] inputs = context.InputOrNull(2) is { } bias ? [x, context.Input(1), bias] : [x, context.Input(1)];
        Tensor nchw = new ConvTranspose().Evaluate(new EvaluationContext(context.Node, inputs, context.Cancellation))[0];
        Tensor y = Shapes.Transpose.Apply(nchw, [0, 2, 3, 1]);
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
        long[] x = context.InputDims(0);
        long[] w = context.InputDims(1);
        long[] y = context.OutputDims();
        TransposedGeometry g = TransposedGeometry.Of(context.Node, [w[2], w[3]], [x[1], x[2]]);
        (int inC, int outC, int kernelH, int kernelW) = ((int)x[3], (int)y[3], (int)w[2], (int)w[3]);
        int groups = (int)context.Node.Attributes.GetInt("group", 1);
        Tensor packed = new(DType.F32, [ConvTransposePacking.PackedLength(outC, inC, kernelH, kernelW, groups)]);
        ConvTransposePacking.Pack(context.Constant(1)!.Span<float>(), packed.MutableSpan<float>(), outC, inC, kernelH, kernelW, groups);
        (Activation activation, float alpha, float beta) = ActivationReference.Of(context.Node.Attributes);
        context.Call(
            "ConvTranspose.F32",
            x[0] * x[1] * x[2] * inC * (outC / groups) * kernelH * kernelW,
            ("x", context.Input(0)),
            ("w", context.Weights(packed)),
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
