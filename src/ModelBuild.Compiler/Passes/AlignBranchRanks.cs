using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Ops.Control;

namespace ModelBuild.Compiler.Passes;

/// <summary>
/// Gives the results of an If's branches as many axes where they differ: axes of length 1 go before those of the one that has fewer. That is what broadcasting does as well, so it changes nothing where every
/// reader of the result broadcasts it to an operand of at least that many axes.
/// </summary>
public sealed class AlignBranchRanks : IPass
{
    /// <inheritdoc/>
    public string Name => nameof(AlignBranchRanks);

    /// <inheritdoc/>
    public bool Run(Graph graph, CancellationToken cancellation)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.Where(n => n.Op is If { IsClosed: true }))
        {
            cancellation.ThrowIfCancellationRequested();
            for (int i = 0; i < node.Outputs.Count; i++)
            {
                if (node.Outputs[i] is { } output && If.BranchShapes(node, i) is var (then, otherwise) && then.Rank != otherwise.Rank && IsBroadcast(graph, output, Math.Max(then.Rank, otherwise.Rank)))
                {
                    Align(If.Branch(node, then.Rank < otherwise.Rank), i, Math.Abs(then.Rank - otherwise.Rank));
                    changed = true;
                }
            }
        }

        return changed;
    }

    private static bool IsBroadcast(Graph graph, Value output, int rank) => graph.Outputs.All(o => o.Value != output) && output.Consumers.All(reader => reader is { OpType: "CastLike", Domain: "" }
        ? reader.InputOrNull(0) != output
        : reader.Op is { BroadcastsInputs: true } && reader.Inputs.Any(i => i is not null && i != output && i.Type.Shape?.Rank >= rank));

    private static void Align(Graph branch, int output, int missing)
    {
        Value made = branch.Outputs[output].Value;
        Value axes = branch.AddConstant($"{made.Name}/axes", Tensor.Vector<long>([.. Enumerable.Range(0, missing).Select(a => (long)a)]));
        Value aligned = branch.Add("Unsqueeze", $"{made.Name}/aligned", [made, axes]);
        branch.Outputs[output].Value = aligned;
        TypeInference.Run(aligned.Producer!);
    }
}
