using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Passes;

/// <summary>Reshape, Flatten, Squeeze and Unsqueeze behind one another become one Reshape, where at most one size is not a number.</summary>
public sealed class MergeReshapes : IPass
{
    private static readonly string[] s_family = ["Reshape", "Flatten", "Squeeze", "Unsqueeze"];

    /// <inheritdoc/>
    public string Name => nameof(MergeReshapes);

    /// <inheritdoc/>
    public bool Run(Graph graph, CancellationToken cancellation)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToArray())
        {
            cancellation.ThrowIfCancellationRequested();
            if (!IsReshape(node) || node.Input(0).Producer is not { } before || !IsReshape(before) || Target(before.Input(0).Type.Shape, node.Output.Type.Shape) is not { } target)
            {
                continue;
            }

            Value merged = graph.Add("Reshape", node.Name, [before.Input(0), graph.AddConstant("shape", Tensor.Vector<long>(target))]);
            merged.Producer!.FusedFrom.AddRange([.. before.FusedFrom.DefaultIfEmpty(before.ToString()), .. node.FusedFrom.DefaultIfEmpty(node.ToString())]);
            graph.ReplaceUses(node.Output, merged);
            graph.Remove(node);
            if (!graph.IsUsed(before.Output))
            {
                graph.Remove(before);
            }

            changed = true;
        }

        return changed;
    }

    /// <summary>True for an operator of the family.</summary>
    internal static bool IsReshape(Node node) => node.Domain.Length == 0 && s_family.Contains(node.OpType) && !SizeDependence.IsCounted(node);

    /// <summary>The sizes with -1 for the one that is not a number; it must stand in the input too, with the same symbol, so that inference finds it again.</summary>
    private static long[]? Target(Shape? from, Shape? to)
    {
        if (from is null || to is null || from.Concat(to).Any(d => d.IsUnknown || (d.IsKnown && d.Value == 0)))
        {
            return null;
        }

        Dim[] free = [.. to.Where(d => !d.IsKnown)];
        bool fits = free.Length == 0 || (free.Length == 1 && from.Where(d => !d.IsKnown).SequenceEqual(free));
        return fits ? [.. to.Select(d => d.IsKnown ? d.Value : -1)] : null;
    }
}
