using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Pruning;

/// <summary><c>magnitude:0.5</c> sets the given part of the weights of each Conv, ConvTranspose, Gemm and MatMul to zero, those of smallest magnitude first. The shape stays.</summary>
public sealed class MagnitudePruning : IPruningScheme
{
    /// <inheritdoc/>
    public string Name => "magnitude";

    /// <inheritdoc/>
    public string? Check(string argument) => PrunedPart.Check(argument, "write the part of the weights to remove, for example magnitude:0.5.");

    /// <inheritdoc/>
    public IReadOnlyList<Diagnostic> Apply(Graph graph, string argument, PruningContext context, CancellationToken cancellation)
    {
        double part = PrunedPart.Parse(argument);
        bool pruned = false;
        foreach (Node node in graph.Nodes)
        {
            cancellation.ThrowIfCancellationRequested();
            bool fits = node.Domain.Length == 0 && node.OpType is "Conv" or "ConvTranspose" or "Gemm" or "MatMul" && node.InputOrNull(1)?.Constant is { DType: DType.F32 };
            if (fits && !context.Exclude.Matches(node))
            {
                Value weights = node.Input(1);
                node.SetInput(1, graph.AddConstant(weights.Name, Prune(weights.Constant!, part)));
                pruned = true;
            }
        }

        return pruned ? [] : [Diagnostic.Of(Descriptors.NothingToPrune, "The model has no Conv, ConvTranspose, Gemm or MatMul with constant float weights: nothing was pruned.")];
    }

    private static Tensor Prune(Tensor weights, double part)
    {
        float[] values = weights.Span<float>().ToArray();
        int removed = (int)(values.Length * part);
        float[] magnitudes = [.. values.Select(MathF.Abs)];
        int[] order = [.. Enumerable.Range(0, values.Length)];

        // Equal magnitudes go in the order of their positions, so that the result is the same everywhere.
        Array.Sort(order, (a, b) => magnitudes[a] != magnitudes[b] ? magnitudes[a].CompareTo(magnitudes[b]) : a.CompareTo(b));
        foreach (int index in order.AsSpan(0, removed))
        {
            values[index] = 0;
        }

        return Tensor.Create<float>(values, weights.Dims);
    }
}
