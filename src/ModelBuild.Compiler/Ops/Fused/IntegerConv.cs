using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.Fused;

/// <summary>ConvInteger with constant weights, x uint8 [N,H,W,C] and w int8 [M,C/group,kh,kw], and what scales its sums: see <see cref="IntegerLinear"/>.</summary>
public sealed class IntegerConv : Op
{
    /// <inheritdoc/>
    public override string OpType => "IntegerConv";

    /// <inheritdoc/>
    public override string Domain => FusedDomain.Name;

    /// <inheritdoc/>
    public override void InferTypes(InferenceContext context)
    {
        context.CheckArity(2, 5);
        Shape x = context.Shape(0)!;
        Shape w = context.Shape(1)!;
        Dim[] spatial = [x[1], x[2]];
        SpatialGeometry g = SpatialGeometry.Of(context.Node, [w[2].Value, w[3].Value], spatial);
        context.SetOutput(0, IntegerLinear.ResultType(context.Node), new Shape([x[0], .. g.Output(context.Node, spatial, ceil: false), w[0]]));
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(EvaluationContext context)
    {
        long zero = IntegerLinear.XZeroPoint(context);
        int[]? zeros = IntegerLinear.WeightZeroPoints(context.Attributes);
        Tensor w = context.Input(1);
        int perChannel = (int)(w.Count / w.Dims[0]);
        Tensor[] inputs = [IntegerLinear.Shifted(Shapes.Transpose.Apply(context.Input(0), [0, 3, 1, 2]), _ => zero), IntegerLinear.Shifted(w, i => zeros?[i / perChannel] ?? 0)];
        Tensor sums = new Conv().Evaluate(new EvaluationContext(context.Node, inputs, context.Cancellation))[0];
        return [IntegerLinear.Finish(context, Shapes.Transpose.Apply(sums, [0, 2, 3, 1]), (int)w.Dims[0])];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        ConvLiterals c = ConvLiterals.Of(context);
        ReadOnlySpan<sbyte> w = context.Constant(1)!.Span<sbyte>();
        int[] sums = new int[c.OutC];
        ConvU8S8Packing.ChannelSums(w, sums, c.OutC);
        Tensor packed = new(DType.I8, [ConvU8S8Packing.PackedLength(c.OutC, c.InC, c.KernelH, c.KernelW, c.DilationW, c.Groups)]);
        ConvU8S8Packing.Pack(w, packed.MutableSpan<sbyte>(), c.OutC, c.InC, c.KernelH, c.KernelW, c.DilationW, c.Groups);
        int scratch = ConvU8S8.ScratchLength(c.InH, c.InW, c.InC, c.OutH, c.OutW, c.KernelH, c.KernelW, c.StrideH, c.StrideW, c.PadTop, c.PadLeft, c.DilationH, c.DilationW);
        IntegerLinear.Call(context, "ConvU8S8", c.Macs, context.Weights(packed), sums, [("scratch", context.Scratch(DType.U8, scratch))], c.ConvArguments());
    }
}
