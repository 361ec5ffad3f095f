using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.Fused;

/// <summary>Convolution over x [N,H,W,C] with constant weights [M,C/group,kh,kw], bias [M], a residual of the output's shape, and an activation: act(conv + b + r).</summary>
public sealed class NhwcConv : Op
{
    /// <inheritdoc/>
    public override string OpType => "Conv";

    /// <inheritdoc/>
    public override string Domain => FusedDomain.Name;

    /// <inheritdoc/>
    public override void InferTypes(InferenceContext context)
    {
        context.CheckArity(2, 4);
        Shape x = context.Shape(0)!;
        Shape w = context.Shape(1)!;
        Dim[] spatial = [x[1], x[2]];
        SpatialGeometry g = SpatialGeometry.Of(context.Node, [w[2].Value, w[3].Value], spatial);
        context.SetOutput(0, DType.F32, new Shape([x[0], .. g.Output(context.Node, spatial, ceil: false), w[0]]));
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(EvaluationContext context)
    {
        Tensor x = Shapes.Transpose.Apply(context.Input(0), [0, 3, 1, 2]);
        Tensor nchw = new Conv().Evaluate(new EvaluationContext(context.Node, [x, context.Input(1), context.InputOrNull(2)], context.Cancellation))[0];
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
        ConvLiterals c = ConvLiterals.Of(context);
        ReadOnlySpan<float> w = context.Constant(1)!.Span<float>();
        (Activation activation, float alpha, float beta) = ActivationReference.Of(context.Node.Attributes);
        Operand? bias = context.InputOrNull(2);
        Operand? residual = context.InputOrNull(3);
        if (c.IsDepthwise)
        {
            Tensor depthwise = new(DType.F32, [DepthwiseConvPacking.PackedLength(c.InC, c.KernelH, c.KernelW)]);
            DepthwiseConvPacking.Pack(w, depthwise.MutableSpan<float>(), c.InC, c.KernelH, c.KernelW);
            context.Call(
                "DepthwiseConv.F32", c.Macs,
                [("x", context.Input(0)), ("w", context.Weights(depthwise)), ("bias", bias), ("residual", residual), ("y", context.Output()), .. c.DepthwiseArguments(), ("activation", activation), ("alpha", alpha), ("beta", beta)]);
            return;
        }

        Tensor packed = new(DType.F32, [ConvPacking.PackedLength(c.OutC, c.InC, c.KernelH, c.KernelW, c.Groups)]);
        ConvPacking.Pack(w, packed.MutableSpan<float>(), c.OutC, c.InC, c.KernelH, c.KernelW, c.Groups);
        int scratch = Kernels.Conv.ScratchLength(c.InH, c.InW, c.InC, c.OutH, c.OutW, c.KernelH, c.KernelW, c.StrideH, c.StrideW, c.PadTop, c.PadLeft, c.DilationH, c.DilationW);
        context.Call(
            "Conv.F32", c.Macs,
            [("x", context.Input(0)), ("w", context.Weights(packed)), ("bias", bias), ("residual", residual), ("y", context.Output()), ("scratch", context.Scratch(DType.F32, scratch)), .. c.ConvArguments(), ("activation", activation), ("alpha", alpha), ("beta", beta)]);
    }
}
