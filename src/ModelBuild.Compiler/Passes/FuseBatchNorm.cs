using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Passes;

/// <summary>
/// Multiplies a batch normalisation, or a multiplication or addition of one constant per channel, into the weights and bias of the convolution or matrix product before it, or of the one behind it
/// where that is exact: a shift in front of a padded convolution is not. Computed in binary64.
/// </summary>
public sealed class FuseBatchNorm : IPass
{
    /// <inheritdoc/>
    public string Name => nameof(FuseBatchNorm);

    /// <inheritdoc/>
    public bool Run(Graph graph, CancellationToken cancellation)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToArray())
        {
            cancellation.ThrowIfCancellationRequested();
            if (node.Outputs.Count > 0 && node.Outputs[0] is not null && ChannelFactors.Operand(node) is { } x && x.Type.Shape is { Rank: > 1 } shape && shape.Equals(node.Output.Type.Shape))
            {
                changed |= IntoNodeBefore(graph, node, x, shape.Rank) || IntoNodeBehind(graph, node, x, shape.Rank);
            }
        }

        return changed;
    }

    private static bool IntoNodeBefore(Graph graph, Node node, Value x, int rank)
    {
        if (!IsOnlyReader(graph, x) || LinearChannels.Match(x.Producer) is not { } linear || ChannelFactors.Match(node, rank, linear.Axis(rank), linear.Outputs) is not { } factors)
        {
            return false;
        }

        bool needsBias = linear.Node.InputOrNull(2) is not null || factors.Shift.Any(s => s != 0);
        if (needsBias && !linear.TakesBias)
        {
            return false;
        }

        double[] bias = [.. linear.Bias().Select((b, c) => (b * factors.Scale[c]) + factors.Shift[c])];
        Node result = linear.Rewrite(graph, (_, output) => factors.Scale[output], needsBias ? bias : null);
        Absorb(graph, node, result, result.Output);
        return true;
    }

    private static bool IntoNodeBehind(Graph graph, Node node, Value x, int rank)
    {
        if (!IsOnlyReader(graph, node.Output) || LinearChannels.Match(node.Output.Consumers[0]) is not { } linear || linear.Node.Input(0) != node.Output
            || ChannelFactors.Match(node, rank, linear.Axis(rank), linear.Inputs) is not { } factors)
        {
            return false;
        }

        bool shifts = factors.Shift.Any(s => s != 0);
        if (shifts && (linear.MixesZeros || !linear.TakesBias))
        {
            return false;
        }

        double[] shifted = linear.Through(factors.Shift);
        double[] bias = [.. linear.Bias().Select((b, c) => b + shifted[c])];
        Node result = linear.Rewrite(graph, (input, _) => factors.Scale[input], shifts || linear.Node.InputOrNull(2) is not null ? bias : null);
        Absorb(graph, node, result, x);
        return true;
    }

    private static void Absorb(Graph graph, Node node, Node result, Value replacement)
    {
        result.FusedFrom.Add(node.ToString());
        graph.ReplaceUses(node.Output, replacement);
        graph.Remove(node);
    }

    private static bool IsOnlyReader(Graph graph, Value value) => value.Consumers.Count == 1 && !graph.IsOutput(value);
}
