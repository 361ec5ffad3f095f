using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Quantization;

/// <summary>A node whose multiplications int8 kernels can do: Conv, Gemm or MatMul with constant binary32 weights.</summary>
/// <param name="Node">The node; its input 0 is the activation, input 1 the weights.</param>
/// <param name="Axis">Axis of the weights' output channels.</param>
/// <param name="IsDepthwise">True for a convolution with one input channel per group.</param>
public sealed record LinearNode(Node Node, int Axis, bool IsDepthwise)
{
    /// <summary>The constant weights.</summary>
    public Tensor Weights => Node.Input(1).Constant!;

    /// <summary>Recognises such a node, or returns null.</summary>
    public static LinearNode? Match(Node node)
    {
        bool constant = node.InputOrNull(1)?.Constant is { DType: DType.F32 } && node.InputOrNull(0) is { IsConstant: false } x && x.Type.DType == DType.F32;
        if (!constant || node.Domain.Length > 0 || (node.InputOrNull(2) is { } bias && bias.Constant is not { DType: DType.F32 }))
        {
            return null;
        }

        Tensor weights = node.Input(1).Constant!;
        long group = node.Attributes.GetInt("group", 1);
        return node.OpType switch
        {
            "Conv" when weights.Rank is 3 or 4 => new LinearNode(node, 0, group > 1 && weights.Dims[1] == 1),
            "Gemm" when weights.Rank == 2 && IsPlainGemm(node) => new LinearNode(node, node.Attributes.GetInt("transB", 0) != 0 ? 0 : 1, false),
            "MatMul" when weights.Rank == 2 => new LinearNode(node, 1, false),
            _ => null,
        };
    }

    private static bool IsPlainGemm(Node node) =>
        node.Attributes.GetInt("transA", 0) == 0 && node.Attributes.GetFloat("alpha", 1) == 1 && node.Attributes.GetFloat("beta", 1) == 1
        && (node.InputOrNull(2)?.Constant is not { } bias || bias.Rank <= 1 || (bias.Rank == 2 && bias.Dims[0] == 1));
}
