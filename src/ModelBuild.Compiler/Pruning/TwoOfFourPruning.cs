using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Pruning;

/// <summary>
/// <c>2:4</c> sets the two smallest of each four weights that follow each other along the inputs of an output to zero, in each Gemm and MatMul. Products of few rows read half of the weights.
/// </summary>
public sealed class TwoOfFourPruning : IPruningScheme
{
    /// <inheritdoc/>
    public string Name => "2:4";

    /// <inheritdoc/>
    public string? Check(string argument) => argument.Length == 0 ? null : "write 2:4 alone.";

    /// <inheritdoc/>
    public IReadOnlyList<Diagnostic> Apply(Graph graph, string argument, PruningContext context, CancellationToken cancellation)
    {
        bool pruned = false;
        foreach (Node node in graph.Nodes)
        {
            cancellation.ThrowIfCancellationRequested();
            if (node.OpType is "Gemm" or "MatMul" && WeightMatrix.Of(node) is { } matrix && !context.Exclude.Matches(node))
            {
                Value weights = node.Input(1);
                node.SetInput(1, graph.AddConstant(weights.Name, Prune(matrix)));
                pruned = true;
            }
        }

        return pruned ? [] : [Diagnostic.Of(Descriptors.NothingToPrune, "The model has no Gemm or MatMul with constant float weights: nothing was pruned.")];
    }

    private static Tensor Prune(WeightMatrix matrix)
    {
        float[] values = matrix.Weights.Span<float>().ToArray();
        for (int output = 0; output < matrix.Outputs; output++)
        {
            for (int first = 0; first < matrix.Inputs; first += TwoOfFourPacking.GroupRows)
            {
                int count = Math.Min(TwoOfFourPacking.GroupRows, matrix.Inputs - first);

                // Equal magnitudes go in the order of their places, so that the result is the same everywhere.
                int[] places = [.. Enumerable.Range(first, count).Select(input => matrix.Place(output, input)).OrderByDescending(place => MathF.Abs(values[place])).ThenByDescending(place => place)];
                foreach (int place in places.Skip(TwoOfFourPacking.Kept))
                {
                    values[place] = 0;
                }
            }
        }

        return Tensor.Create<float>(values, matrix.Weights.Dims);
    }
}
