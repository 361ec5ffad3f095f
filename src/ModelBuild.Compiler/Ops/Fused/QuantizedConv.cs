using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.Fused;

/// <summary>The integer form of Conv: x uint8 [N,H,W,C], w int8 [M,C/group,kh,kw] constant, bias int32 [M] in steps of x scale times w scale.</summary>
public sealed class QuantizedConv : Op
{
    /// <inheritdoc/>
    public override string OpType => "QuantizedConv";

    /// <inheritdoc/>
    public override string Domain => FusedDomain.Name;

    /// <inheritdoc/>
    public override void InferTypes(InferenceContext context)
    {
        context.CheckArity(2, 3);
        Shape x = context.Shape(0)!;
        Shape w = context.Shape(1)!;
        Dim[] spatial = [x[1], x[2]];
        SpatialGeometry g = SpatialGeometry.Of(context.Node, [w[2].Value, w[3].Value], spatial);
        DType type = QuantizedLinearAttributes.Of(context.Attributes).IsQuantizedOutput ? DType.U8 : DType.F32;
        context.SetOutput(0, type, new Shape([x[0], .. g.Output(context.Node, spatial, ceil: false), w[0]]));
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(EvaluationContext context)
    {
        QuantizedLinearAttributes q = QuantizedLinearAttributes.Of(context.Attributes);
        Tensor x = Shapes.Transpose.Apply(context.Input(0), [0, 3, 1, 2]);
        Tensor shifted = Tensor.Create<double>([.. x.ToInt64Array().Select(v => (double)(v - q.XZeroPoint))], x.Dims);
        int perChannel = (int)(context.Input(1).Count / context.Input(1).Dims[0]);
        Tensor weights = Tensor.Create<double>([.. context.Input(1).ToDoubleArray().Select((v, i) => v - (q.WZeroPoints?[i / perChannel] ?? 0))], context.Input(1).Dims);
        Tensor? bias = context.InputOrNull(2) is { } b ? Tensor.Create<double>(b.ToDoubleArray(), b.Dims) : null;

        // Sums of integers below 2^53 are exact in binary64, and wrap here as the kernels' do.
        Tensor sums = new Conv().Evaluate(new EvaluationContext(context.Node, [shifted, weights, bias], context.Cancellation))[0];
        Tensor y = Shapes.Transpose.Apply(sums, [0, 2, 3, 1]);
        ReadOnlySpan<double> values = y.Span<double>();
        int channels = (int)context.Input(1).Dims[0];
        float[] scales = q.OutputScales(channels);
        Tensor result = new(q.IsQuantizedOutput ? DType.U8 : DType.F32, y.Dims);
        for (int i = 0; i < values.Length; i++)
        {
            int sum = unchecked((int)(long)values[i]);
            if (q.IsQuantizedOutput)
            {
                result.MutableSpan<byte>()[i] = q.ToByte(sum, scales[i % channels]);
            }
            else
            {
                result.MutableSpan<float>()[i] = ActivationReference.Apply(sum * scales[i % channels], q.Activation, q.Alpha, q.Beta);
            }
        }

        return [result];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        QuantizedLinearAttributes q = QuantizedLinearAttributes.Of(context.Node.Attributes);
        ConvLiterals c = ConvLiterals.Of(context);
        long macs = c.Macs;
        float[] scales = q.OutputScales(c.OutC);
        Tensor weights = context.Constant(1)!;
        int[] sums = new int[c.OutC];
        ConvU8S8Packing.ChannelSums(weights.Span<sbyte>(), sums, c.OutC);
        int[] folded = new int[c.OutC];
        GemmU8S8Packing.FoldZeroPoint(context.Constant(2) is { } b ? b.Span<int>() : new int[c.OutC], sums, folded, q.XZeroPoint);

        // Zero points of weights are taken off by the sum of a window, which a wider one changes.
        int neighbours = context.SizesVary || q.WZeroPoints is not null ? 1 : NarrowConv.NeighboursOfBytes(c);
        if (neighbours > 1)
        {
            weights = NarrowConv.Weights<sbyte>(weights, c, neighbours);
            folded = [.. Enumerable.Repeat(folded, neighbours).SelectMany(static values => values)];
            scales = [.. Enumerable.Repeat(scales, neighbours).SelectMany(static values => values)];
            c = NarrowConv.Widen(c, neighbours);
        }

        ReadOnlySpan<sbyte> w = weights.Span<sbyte>();
        List<(string, StepValue)> arguments = [("x", context.Input(0)), ("w", Pack(context, c, w)), ("bias", context.Weights(Tensor.Vector<int>(folded))), ("scales", context.Weights(Tensor.Vector<float>(scales)))];
        if (!q.IsQuantizedOutput)
        {
            arguments.Add(("floatBias", (Operand?)null));
        }

        arguments.Add(("weightZeroPoints", q.WZeroPoints is { } z ? context.Weights(Tensor.Vector<int>(z)) : (Operand?)null));
        arguments.Add(("y", context.Output()));
        if (!c.IsDepthwise)
        {
            arguments.Add(("scratch", context.Scratch(DType.U8, ConvU8S8.ScratchLength(c.InH, c.InW, c.InC, c.OutH, c.OutW, c.KernelH, c.KernelW, c.StrideH, c.StrideW, c.PadTop, c.PadLeft, c.DilationH, c.DilationW))));
        }

        arguments.AddRange(c.IsDepthwise ? c.DepthwiseArguments() : c.ConvArguments());
        arguments.Add(("xZeroPoint", q.XZeroPoint));
        arguments.AddRange(q.IsQuantizedOutput
            ? [("yZeroPoint", q.YZeroPoint), ("yMin", q.YMin), ("yMax", q.YMax)]
            : [("activation", q.Activation), ("alpha", q.Alpha), ("beta", q.Beta)]);
        context.Call($"{(c.IsDepthwise ? "DepthwiseConvU8S8" : "ConvU8S8")}.{(q.IsQuantizedOutput ? "ToU8" : "ToF32")}", macs, [.. arguments]);
    }

    private static Operand Pack(ILoweringContext context, ConvLiterals c, ReadOnlySpan<sbyte> w)
    {
        if (c.IsDepthwise)
        {
            Tensor depthwise = new(DType.I8, [DepthwiseConvU8S8Packing.PackedLength(c.InC, c.KernelH, c.KernelW)]);
            DepthwiseConvU8S8Packing.Pack(w, depthwise.MutableSpan<sbyte>(), c.InC, c.KernelH, c.KernelW);
            return context.Weights(depthwise);
        }

        Tensor packed = new(DType.I8, [ConvU8S8Packing.PackedLength(c.OutC, c.InC, c.KernelH, c.KernelW, c.DilationW, c.Groups)]);
        ConvU8S8Packing.Pack(w, packed.MutableSpan<sbyte>(), c.OutC, c.InC, c.KernelH, c.KernelW, c.DilationW, c.Groups);
        return context.Weights(packed);
    }
}
