using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Pruning;

/// <summary>The weights of a product as blocks of one input by 16 outputs.</summary>
internal sealed class WeightBlocks
{
    private readonly Tensor _weights;
    private readonly int _inputs;
    private readonly int _outputs;
    private readonly bool _isOutputFirst;

    private WeightBlocks(Tensor weights, int inputs, int outputs, bool isOutputFirst)
    {
        _weights = weights;
        _inputs = inputs;
        _outputs = outputs;
        _isOutputFirst = isOutputFirst;
    }

    /// <summary>The blocks of a node, or null where it is no product that leaves blocks out.</summary>
    public static WeightBlocks? Of(Node node)
    {
        if (node.Domain.Length > 0 || node.InputOrNull(1)?.Constant is not { DType: DType.F32 } weights)
        {
            return null;
        }

        ReadOnlySpan<long> dims = weights.Dims;
        WeightBlocks? blocks = node.OpType switch
        {
            "MatMul" when dims.Length == 2 => new(weights, (int)dims[0], (int)dims[1], isOutputFirst: false),
            "Gemm" when node.Attributes.GetInt("transB", 0) != 0 => new(weights, (int)dims[1], (int)dims[0], isOutputFirst: true),
            "Gemm" => new(weights, (int)dims[0], (int)dims[1], isOutputFirst: false),
            "Conv" when dims is [_, _, 1, 1] && node.Attributes.GetInt("group", 1) == 1 => new(weights, (int)dims[1], (int)dims[0], isOutputFirst: true),
            _ => null,
        };
        return blocks is { _outputs: >= SparsePacking.Width } ? blocks : null;
    }

    /// <summary>The weights with a part of the blocks set to zero, those of the least sum of squares first; equal ones in the order of their places.</summary>
    public Tensor Prune(double part)
    {
        float[] values = _weights.Span<float>().ToArray();
        int panels = SparsePacking.Panels(_outputs);
        double[] norms = new double[panels * _inputs];
        for (int output = 0; output < _outputs; output++)
        {
            for (int input = 0; input < _inputs; input++)
            {
                double value = values[Place(output, input)];
                norms[(output / SparsePacking.Width * _inputs) + input] += value * value;
            }
        }

        int[] order = [.. Enumerable.Range(0, norms.Length)];
        Array.Sort(order, (a, b) => norms[a] != norms[b] ? norms[a].CompareTo(norms[b]) : a.CompareTo(b));
        foreach (int block in order.AsSpan(0, (int)(norms.Length * part)))
        {
            int first = block / _inputs * SparsePacking.Width;
            for (int output = first; output < Math.Min(_outputs, first + SparsePacking.Width); output++)
            {
                values[Place(output, block % _inputs)] = 0;
            }
        }

        return Tensor.Create<float>(values, _weights.Dims);
    }

    private int Place(int output, int input) => _isOutputFirst ? (output * _inputs) + input : (input * _outputs) + output;
}
