using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Pruning;

/// <summary>The constant weights of a product as a matrix of inputs by outputs.</summary>
/// <param name="Weights">The weights as the node has them.</param>
/// <param name="Inputs">The number of inputs.</param>
/// <param name="Outputs">The number of outputs.</param>
/// <param name="IsOutputFirst">True when the weights of an output follow each other.</param>
internal sealed record WeightMatrix(Tensor Weights, int Inputs, int Outputs, bool IsOutputFirst)
{
    /// <summary>The weights of a node, or null where it is no product of binary32.</summary>
    public static WeightMatrix? Of(Node node)
    {
        if (node.Domain.Length > 0 || node.InputOrNull(1)?.Constant is not { DType: DType.F32 } weights)
        {
            return null;
        }

        ReadOnlySpan<long> dims = weights.Dims;
        return node.OpType switch
        {
            "MatMul" when dims.Length == 2 => new(weights, (int)dims[0], (int)dims[1], IsOutputFirst: false),
            "Gemm" when node.Attributes.GetInt("transB", 0) != 0 => new(weights, (int)dims[1], (int)dims[0], IsOutputFirst: true),
            "Gemm" => new(weights, (int)dims[0], (int)dims[1], IsOutputFirst: false),
            "Conv" when dims is [_, _, 1, 1] && node.Attributes.GetInt("group", 1) == 1 => new(weights, (int)dims[1], (int)dims[0], IsOutputFirst: true),
            _ => null,
        };
    }

    /// <summary>Where a weight is.</summary>
    public int Place(int output, int input) => IsOutputFirst ? (output * Inputs) + input : (input * Outputs) + output;
}
