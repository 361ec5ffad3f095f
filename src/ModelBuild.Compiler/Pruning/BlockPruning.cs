using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Pruning;

/// <summary>
/// <c>block:0.7</c> sets the given part of the blocks of weights of each Gemm, MatMul and 1x1 Conv to zero, those of the least sum of squares first. A block is what one input gives to 16 outputs that
/// follow each other, which the kernels leave out: the model becomes smaller and faster.
/// </summary>
public sealed class BlockPruning : IPruningScheme
{
    /// <inheritdoc/>
    public string Name => "block";

    /// <inheritdoc/>
    public string? Check(string argument) => PrunedPart.Check(argument, "write the part of the blocks to remove, for example block:0.7.");

    /// <inheritdoc/>
    public IReadOnlyList<Diagnostic> Apply(Graph graph, string argument, PruningContext context, CancellationToken cancellation)
    {
        double part = PrunedPart.Parse(argument);
        bool pruned = false;
        foreach (Node node in graph.Nodes)
        {
            cancellation.ThrowIfCancellationRequested();
            if (WeightBlocks.Of(node) is { } blocks && !context.Exclude.Matches(node))
            {
                Value weights = node.Input(1);
                node.SetInput(1, graph.AddConstant(weights.Name, blocks.Prune(part)));
                pruned = true;
            }
        }

        return pruned ? [] : [Diagnostic.Of(Descriptors.NothingToPrune, "The model has no Gemm, MatMul or 1x1 Conv with constant float weights and 16 outputs or more: nothing was pruned.")];
    }
}
