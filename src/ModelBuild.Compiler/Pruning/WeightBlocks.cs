using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Pruning;

/// <summary>The weights of a product as blocks of one input by 16 outputs.</summary>
internal sealed class WeightBlocks
{
    private readonly WeightMatrix _matrix;

    private WeightBlocks(WeightMatrix matrix)
    {
        _matrix = matrix;
    }

    /// <summary>The blocks of a node, or null where it is no product that leaves blocks out.</summary>
    public static WeightBlocks? Of(Node node) => WeightMatrix.Of(node) is { Outputs: >= SparsePacking.Width } matrix ? new(matrix) : null;

    /// <summary>The weights with a part of the blocks set to zero, those of the least sum of squares first; equal ones in the order of their places.</summary>
    public Tensor Prune(double part)
    {
        float[] values = _matrix.Weights.Span<float>().ToArray();
        int panels = SparsePacking.Panels(_matrix.Outputs);
        double[] norms = new double[panels * _matrix.Inputs];
        for (int output = 0; output < _matrix.Outputs; output++)
        {
            for (int input = 0; input < _matrix.Inputs; input++)
            {
                double value = values[_matrix.Place(output, input)];
                norms[(output / SparsePacking.Width * _matrix.Inputs) + input] += value * value;
            }
        }

        int[] order = [.. Enumerable.Range(0, norms.Length)];
        Array.Sort(order, (a, b) => norms[a] != norms[b] ? norms[a].CompareTo(norms[b]) : a.CompareTo(b));
        foreach (int block in order.AsSpan(0, (int)(norms.Length * part)))
        {
            int first = block / _matrix.Inputs * SparsePacking.Width;
            for (int output = first; output < Math.Min(_matrix.Outputs, first + SparsePacking.Width); output++)
            {
                values[_matrix.Place(output, block % _matrix.Inputs)] = 0;
            }
        }

        return Tensor.Create<float>(values, _matrix.Weights.Dims);
    }
}
