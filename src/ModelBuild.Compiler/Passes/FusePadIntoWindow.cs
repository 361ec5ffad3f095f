using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Shapes;

namespace ModelBuild.Compiler.Passes;

/// <summary>
/// Padding of the spatial axes by a constant becomes part of the Conv or pool behind it, where that is exact: zeros into Conv, zeros into an AveragePool that
/// counts them, minus infinity into MaxPool.
/// </summary>
public sealed class FusePadIntoWindow : IPass
{
    /// <inheritdoc/>
    public string Name => nameof(FusePadIntoWindow);

    /// <inheritdoc/>
    public bool Run(Graph graph, CancellationToken cancellation)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToArray())
        {
            cancellation.ThrowIfCancellationRequested();
            if (node.Domain.Length > 0 || node.OpType is not ("Conv" or "AveragePool" or "MaxPool") || node.Input(0).Producer is not { OpType: "Pad", Domain: "" } pad || Amounts(pad) is not { } amounts)
            {
                continue;
            }

            long[]? own = Own(node, amounts.Length / 2);
            if (own is null || !IsExact(node, pad, own, amounts))
            {
                continue;
            }

            node.Attributes["pads"] = new IntsAttribute([.. own.Zip(amounts, (a, b) => a + b)]);
            node.Attributes.Remove("auto_pad");
            if (node.OpType == "AveragePool")
            {
                node.Attributes["count_include_pad"] = new IntAttribute(1);
            }

            node.FusedFrom.Add(pad.ToString());
            node.SetInput(0, pad.Input(0));
            if (!graph.IsUsed(pad.Output))
            {
                graph.Remove(pad);
            }

            changed = true;
        }

        return changed;
    }

    private static bool IsExact(Node node, Node pad, long[] own, long[] amounts)
    {
        double value = pad.InputOrNull(2) is { } given ? (given.Constant is { Count: 1 } constant ? constant.ToDoubleArray()[0] : double.NaN) : 0;
        if (node.OpType == "Conv")
        {
            return value == 0;
        }

        // A pool window that held nothing but padding would have no meaning; rounded-up outputs may hold some.
        bool small = node.Attributes.GetInts("kernel_shape") is { } kernel && node.Attributes.GetInts("dilations") is null or [1] or [1, 1] or [1, 1, 1]
            && node.Attributes.GetInt("ceil_mode", 0) == 0 && own.Zip(amounts, (a, b) => a + b).Select((p, i) => p < kernel[i % kernel.Length]).All(s => s);
        return node.OpType == "AveragePool"
            ? small && value == 0 && (own.All(p => p == 0) || node.Attributes.GetInt("count_include_pad", 0) != 0)
            : small && double.IsNegativeInfinity(value) && node.Outputs.Count(o => o is not null) == 1;
    }

    /// <summary>The node's own pads, or null where they depend on the input's size.</summary>
    private static long[]? Own(Node node, int spatial) => node.Attributes.GetString("auto_pad", "NOTSET") switch
    {
        "NOTSET" => node.Attributes.GetInts("pads") is { } pads ? (pads.Length == 2 * spatial ? pads : null) : new long[2 * spatial],
        "VALID" => new long[2 * spatial],
        _ => null,
    };

    /// <summary>Begins and ends of the spatial axes of a constant padding that leaves batch and channels alone and crops nothing; else null.</summary>
    private static long[]? Amounts(Node pad)
    {
        if (pad.Attributes.GetString("mode", "constant") != "constant" || pad.Input(0).Type.Shape is not { Rank: >= 3 } shape || pad.Input(1).Constant is not { } amounts
            || (pad.InputOrNull(3) is { } axes && axes.Constant is null))
        {
            return null;
        }

        (long[] before, long[] after) = Pad.Amounts(pad, shape.Rank, amounts, pad.InputOrNull(3)?.Constant);
        bool fits = before.Concat(after).All(a => a >= 0) && before[0] == 0 && before[1] == 0 && after[0] == 0 && after[1] == 0;
        return fits ? [.. before[2..], .. after[2..]] : null;
    }
}
