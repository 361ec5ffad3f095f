using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Ops.Fused;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Planning;

/// <summary>The direct convolution that a chain by bands of rows begins with.</summary>
/// <param name="Node">The convolution.</param>
/// <param name="Sizes">Its sizes.</param>
/// <param name="Neighbours">The columns of its result that are computed as channels of one (<see cref="NarrowConv"/>).</param>
internal sealed record BandedConv(Node Node, ConvLiterals Sizes, int Neighbours)
{
    private const int WeightsInput = 1;
    private const int BiasInput = 2;
    private const int ResidualInput = 3;

    private ConvLiterals Wide => NarrowConv.Widen(Sizes, Neighbours);

    /// <summary>The convolution of a node whose shapes are static; null where it is none, or one that other kernels compute faster.</summary>
    public static BandedConv? Of(Node node, bool allowsWinograd)
    {
        if (!IsConv(node) || node.InputOrNull(ResidualInput) is not null)
        {
            return null;
        }

        ConvLiterals c = SizesOf(node);
        bool isDirect = c.IsProduct ? IsDense(c, node) : !(allowsWinograd && WinogradCost.IsWorthwhile(c));
        if (!isDirect || c is not { Batch: 1, Groups: 1, DilationH: 1, DilationW: 1 })
        {
            return null;
        }

        return new BandedConv(node, c, node.InputOrNull(BiasInput)?.IsConstant == false ? 1 : NarrowConv.Neighbours(c));
    }

    /// <summary>True for a convolution over two axes with constant weights.</summary>
    public static bool IsConv(Node node) => node.Op is NhwcConv && node.Input(0).Type.Shape is { Rank: 4 } && node.Input(WeightsInput).IsConstant;

    /// <summary>True unless the weights of a product have zeros that a kernel leaves out, which gains more than bands do.</summary>
    public static bool IsDense(ConvLiterals c, Node node) =>
        SparseCost.Choose(WeightPattern.Of(NhwcConv.MatrixWeights(node.Input(WeightsInput).Constant!), c.OutC, c.InC), (long)c.Batch * c.OutH * c.OutW) == ProductForm.Dense;

    /// <summary>The sizes of a convolution.</summary>
    public static ConvLiterals SizesOf(Node node)
    {
        long[] x = node.Input(0).Type.Shape!.ToArray();
        long[] w = node.Input(WeightsInput).Type.Shape!.ToArray();
        long[] y = node.Output.Type.Shape!.ToArray();
        return ConvLiterals.Of(node, x, w, y);
    }

    /// <summary>The number of its weights.</summary>
    public long WeightCount => (long)Sizes.OutC * Sizes.InC * Sizes.KernelH * Sizes.KernelW;

    /// <summary>The window of the kernel, in the order in which the entries name it.</summary>
    public (int KernelH, int KernelW, int StrideH, int StrideW, int PadTop, int PadLeft) Window =>
        (Wide.KernelH, Wide.KernelW, Wide.StrideH, Wide.StrideW, Wide.PadTop, Wide.PadLeft);

    /// <summary>The packed weights.</summary>
    public Operand Weights(LoweringContext context)
    {
        Tensor weights = Node.Input(WeightsInput).Constant!;
        ConvLiterals wide = Wide;
        Tensor packed = new(DType.F32, [ConvPacking.PackedLength(wide.OutC, wide.InC, wide.KernelH, wide.KernelW, 1)]);
        Tensor values = Neighbours > 1 ? NarrowConv.Weights<float>(weights, Sizes, Neighbours) : weights;
        ConvPacking.Pack(values.Span<float>(), packed.MutableSpan<float>(), wide.OutC, wide.InC, wide.KernelH, wide.KernelW, 1);
        return context.Weights(packed);
    }

    /// <summary>The bias, or null.</summary>
    public Operand? Bias(LoweringContext context)
    {
        Value? bias = Node.InputOrNull(BiasInput);
        return bias is null ? null : Neighbours > 1 ? context.Weights(NarrowConv.Bias(bias.Constant!, Neighbours)) : context.OperandOf(bias);
    }
}
