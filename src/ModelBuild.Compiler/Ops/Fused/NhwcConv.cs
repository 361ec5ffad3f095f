using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.Fused;

/// <summary>Convolution over x [N,H,W,C] or [N,D,H,W,C] with weights [M,C/group,kh,kw] or [M,C/group,kd,kh,kw], bias [M], a residual of the output's shape, and an activation: act(conv + b + r).</summary>
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
        Dim[] spatial = ChannelsLast.Spatial(x);
        SpatialGeometry g = SpatialGeometry.Of(context.Node, [.. w.Skip(2).Select(d => d.Value)], spatial);
        context.SetOutput(0, DType.F32, new Shape([x[0], .. g.Output(context.Node, spatial, ceil: false), w[0]]));
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(EvaluationContext context)
    {
        Tensor y = ChannelsLast.Evaluate(context, new Conv(), context.Input(1), context.InputOrNull(2));
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
            VolumeLowering.Conv(context);
            return;
        }

        ConvLiterals c = ConvLiterals.Of(context);
        (Activation activation, float alpha, float beta) = ActivationReference.Of(context.Node.Attributes);
        Operand? bias = context.InputOrNull(2);
        Operand? residual = context.InputOrNull(3);
        if (c.IsDepthwise)
        {
            Operand depthwise = PackedWeights.Of(
                context, "DepthwiseConvPacking.Pack", DepthwiseConvPacking.PackedLength(c.InC, c.KernelH, c.KernelW), (w, packed) => DepthwiseConvPacking.Pack(w, packed, c.InC, c.KernelH, c.KernelW),
                ("channels", c.InC), ("kernelH", c.KernelH), ("kernelW", c.KernelW));
            context.Call(
                "DepthwiseConv.F32", c.Macs,
                [("x", context.Input(0)), ("w", depthwise), ("bias", bias), ("residual", residual), ("y", context.Output()), .. c.DepthwiseArguments(), ("activation", activation), ("alpha", alpha), ("beta", beta)]);
            return;
        }

        if (c.IsProduct && context.Constant(1) is { } constant)
        {
            long rows = (long)c.Batch * c.OutH * c.OutW;
            SparseProduct sparse = new(bias, residual, (int)rows, c.OutC, c.InC, activation, alpha, beta);
            if (sparse.TryLower(context, MatrixWeights(constant), context.SizesVary ? (long)WinogradCost.TypicalSize * WinogradCost.TypicalSize : rows))
            {
                return;
            }
        }

        if (context.AllowsWinograd && context.Constant(1) is not null && WinogradCost.IsWorthwhile(context.SizesVary ? c with { Batch = 1, OutH = WinogradCost.TypicalSize, OutW = WinogradCost.TypicalSize } : c))
        {
            Operand values = PackedWeights.Of(
                context, "WinogradPacking.Pack", WinogradPacking.PackedLength(c.OutC, c.InC), (w, packed) => WinogradPacking.Pack(w, packed, c.OutC, c.InC),
                ("outC", c.OutC), ("inC", c.InC));
            int elements = context.SizesVary ? WinogradConv.GreatestScratchLength(c.InC) : WinogradConv.ScratchLength(c.Batch, c.OutH, c.OutW, c.InC);
            context.Call(
                "WinogradConv.F32", c.Macs,
                [("x", context.Input(0)), ("w", values), ("bias", bias), ("residual", residual), ("y", context.Output()),
                    ("scratch", context.Scratch(DType.F32, elements)), .. c.WinogradArguments(), ("activation", activation), ("alpha", alpha), ("beta", beta)]);
            return;
        }

        Operand weights;
        long macs = c.Macs;
        int neighbours = context.SizesVary || context.Constant(1) is null || (bias is not null && context.Constant(2) is null) ? 1 : NarrowConv.Neighbours(c);
        if (neighbours > 1)
        {
            ConvLiterals wide = NarrowConv.Widen(c, neighbours);
            Tensor packed = new(DType.F32, [ConvPacking.PackedLength(wide.OutC, wide.InC, wide.KernelH, wide.KernelW, 1)]);
            ConvPacking.Pack(NarrowConv.Weights<float>(context.Constant(1)!, c, neighbours).Span<float>(), packed.MutableSpan<float>(), wide.OutC, wide.InC, wide.KernelH, wide.KernelW, 1);
            weights = context.Weights(packed);
            bias = bias is null ? null : context.Weights(NarrowConv.Bias(context.Constant(2)!, neighbours));
            c = wide;
        }
        else
        {
            weights = PackedWeights.Of(
                context, "ConvPacking.Pack", ConvPacking.PackedLength(c.OutC, c.InC, c.KernelH, c.KernelW, c.Groups),
                (w, packed) => ConvPacking.Pack(w, packed, c.OutC, c.InC, c.KernelH, c.KernelW, c.Groups),
                ("outC", c.OutC), ("inC", c.InC), ("kernelH", c.KernelH), ("kernelW", c.KernelW), ("groups", c.Groups));
        }

        int scratch = Kernels.Conv.ScratchLength(c.InH, c.InW, c.InC, c.OutH, c.OutW, c.KernelH, c.KernelW, c.StrideH, c.StrideW, c.PadTop, c.PadLeft, c.DilationH, c.DilationW);
        context.Call(
            "Conv.F32", macs,
            [("x", context.Input(0)), ("w", weights), ("bias", bias), ("residual", residual), ("y", context.Output()), ("scratch", context.Scratch(DType.F32, scratch)), .. c.ConvArguments(), ("activation", activation), ("alpha", alpha), ("beta", beta)]);
    }

    /// <summary>The weights [M,C,1,1] of a convolution as those of a product, [C,M].</summary>
    internal static float[] MatrixWeights(Tensor weights)
    {
        int outputs = (int)weights.Dims[0];
        int inputs = (int)weights.Dims[1];
        ReadOnlySpan<float> w = weights.Span<float>();
        float[] transposed = new float[w.Length];
        for (int output = 0; output < outputs; output++)
        {
            for (int input = 0; input < inputs; input++)
            {
                transposed[(input * outputs) + output] = w[(output * inputs) + input];
            }
        }

        return transposed;
    }
}
