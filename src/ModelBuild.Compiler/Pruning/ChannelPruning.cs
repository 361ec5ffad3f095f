using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Pruning.Channels;

namespace ModelBuild.Compiler.Pruning;

/// <summary>
/// <c>channel:0.3</c> removes the given part of the filters of each layer, those that matter least, with everything that reads them: the model becomes smaller and faster.
/// With calibration data the layers that read removed filters are adapted to what is left. Layers whose outputs meet in an addition lose the same channels. The outputs of the model and the layers that <c>PruneExclude</c> names keep their filters.
/// </summary>
public sealed class ChannelPruning : IPruningScheme
{
    private const int MaxListed = 8;

    /// <inheritdoc/>
    public string Name => "channel";

    /// <inheritdoc/>
    public string? Check(string argument) => PrunedPart.Check(argument, "write the part of the filters to remove from each layer, for example channel:0.3.");

    /// <inheritdoc/>
    public IReadOnlyList<Diagnostic> Apply(Graph graph, string argument, PruningContext context, CancellationToken cancellation)
    {
        double part = PrunedPart.Parse(argument);
        ChannelMap map = ChannelTracker.Run(graph, context.Exclude, cancellation);
        IReadOnlySet<int> removed = ChannelSelection.Choose(map, part);
        if (removed.Count == 0)
        {
            throw new ModelBuildException(Nothing(map, argument));
        }

        (Node Node, string Reason)[] left = [.. LeftWhole(graph, map, context.Exclude)];
        if (context.Samples.Count > 0)
        {
            ChannelRepair.Apply(graph, map, removed, context, cancellation);
        }

        ChannelRemoval.Apply(graph, map, removed, cancellation);
        return left.Length == 0 ? [] : [Diagnostic.At(Descriptors.LayersLeftWhole, left[0].Node.Name, $"{left.Length} {(left.Length == 1 ? "layer keeps" : "layers keep")} filters that were to go: {List(left)}. Name what may stay whole in PruneExclude.")];
    }

    private static Diagnostic Nothing(ChannelMap map, string argument)
    {
        (Node Node, string Reason)[] layers =
        [
            .. map.Slices.Where(s => s.Role == ChannelRole.Filter).Select(s => (s.Node, s.Channels.Select(map.Sets.KeepOf).FirstOrDefault(k => k is not null)?.Reason ?? $"{argument} of {s.Channels.Length} filters is less than one")),
            .. map.Unsuited,
        ];
        return layers.Length == 0
            ? Diagnostic.Of(Descriptors.PruneUnsupportedGraph, $"Prune=\"channel:{argument}\" removes nothing: the model has no Conv, Gemm or MatMul with constant weights. Remove Prune.")
            : Diagnostic.At(Descriptors.PruneUnsupportedGraph, layers[0].Node.Name, $"Prune=\"channel:{argument}\" removes nothing: {List(layers)}. Remove Prune, shorten PruneExclude, write a larger part, or use magnitude:0.5.");
    }

    /// <summary>Layers that one would expect to be pruned: neither excluded nor the last ones before an output.</summary>
    private static IEnumerable<(Node Node, string Reason)> LeftWhole(Graph graph, ChannelMap map, NodeFilter exclude)
    {
        HashSet<Node> layers = [.. map.Slices.Where(s => s.Role == ChannelRole.Filter).Select(s => s.Node), .. map.Unsuited.Select(u => u.Node)];
        HashSet<Node> inner = [];
        foreach (Node node in graph.Nodes.Reverse())
        {
            if (node.Outputs.OfType<Value>().SelectMany(o => o.Consumers).Any(c => layers.Contains(c) || inner.Contains(c)))
            {
                inner.Add(node);
            }
        }

        foreach (ChannelSlice layer in map.Slices.Where(s => s.Role == ChannelRole.Filter && inner.Contains(s.Node)))
        {
            ChannelKeep?[] keeps = [.. layer.Channels.Select(map.Sets.KeepOf)];
            if (keeps.All(k => k is not null) && keeps.Any(k => !k!.IsExpected))
            {
                yield return (layer.Node, keeps.First(k => !k!.IsExpected)!.Reason);
            }
        }

        foreach ((Node node, string reason) in map.Unsuited.Where(u => inner.Contains(u.Node) && !exclude.Matches(u.Node)))
        {
            yield return (node, reason);
        }
    }

    private static string List((Node Node, string Reason)[] layers) =>
        string.Join("; ", layers.Take(MaxListed).Select(l => $"'{l.Node.Name}' ({l.Reason})")) + (layers.Length > MaxListed ? $"; and {layers.Length - MaxListed} more" : "");
}
