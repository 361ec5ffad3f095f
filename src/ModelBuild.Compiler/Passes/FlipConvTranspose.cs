using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;

namespace ModelBuild.Compiler.Passes;

/// <summary>
/// A ConvTranspose of stride 1 with constant weights is a Conv: taps in reverse order, input and output channels of each group changed over, and as much padding
/// as the window reaches beyond what the transposed one cuts off. One that cuts off more than that stays.
/// </summary>
public sealed class FlipConvTranspose : IPass
{
    /// <inheritdoc/>
    public string Name => nameof(FlipConvTranspose);

    /// <inheritdoc/>
    public bool Run(Graph graph, CancellationToken cancellation)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToArray())
        {
            cancellation.ThrowIfCancellationRequested();
            if (node is not { OpType: "ConvTranspose", Domain: "" } || node.Attributes.GetInts("strides")?.Any(s => s != 1) == true
                || node.Input(0).Type.Shape is not { Rank: 3 or 4 or 5 } x || node.Output.Type.Shape is not { } y
                || node.Input(1).Constant is not { DType: DType.F32 } w || w.Rank != x.Rank || w.Dims.Contains(0))
            {
                continue;
            }

            TransposedGeometry geometry = TransposedGeometry.Of(node, w.Dims[2..].ToArray(), [.. x.Skip(2)]);
            if (Pads(node, geometry, x, y) is not { } pads)
            {
                continue;
            }

            long groups = node.Attributes.GetInt("group", 1);
            Value weights = graph.AddConstant(node.Input(1).Name, Flipped(w, (int)groups));
            AttributeMap attributes = new()
            {
                { "kernel_shape", geometry.Kernel }, { "dilations", geometry.Dilations }, { "strides", geometry.Strides }, { "pads", pads }, { "group", groups },
            };
            Node conv = graph.AddNode("", "Conv", node.Name, [node.Input(0), weights, node.InputOrNull(2)], [$"{node.Name}_result"], attributes);
            conv.FusedFrom.AddRange(node.FusedFrom.DefaultIfEmpty(node.ToString()));
            graph.ReplaceUses(node.Output, conv.Output);
            graph.Remove(node);
            changed = true;
        }

        return changed;
    }

    /// <summary>Begins and ends of a Conv with the same result, or null where one would be negative or is not known.</summary>
    private static long[]? Pads(Node node, TransposedGeometry geometry, Shape x, Shape y)
    {
        int axes = geometry.Kernel.Length;
        bool given = node.Attributes.GetInts("output_shape") is null && node.Attributes.GetString("auto_pad", "NOTSET") == "NOTSET";
        long[] pads = new long[2 * axes];
        for (int i = 0; i < axes; i++)
        {
            long reach = (geometry.Kernel[i] - 1) * geometry.Dilations[i];
            pads[i] = reach - geometry.Begin[i];
            if (given)
            {
                pads[axes + i] = reach + (node.Attributes.GetInts("output_padding")?[i] ?? 0) - (node.Attributes.GetInts("pads")?[axes + i] ?? 0);
            }
            else if (x[2 + i].IsKnown && y[2 + i].IsKnown)
            {
                pads[axes + i] = y[2 + i].Value - x[2 + i].Value + geometry.Begin[i];
            }
            else
            {
                return null;
            }
        }

        return pads.All(p => p >= 0) ? pads : null;
    }

    /// <summary>[M, C / group, ...] from [C, M / group, ...], the taps from last to first.</summary>
    private static Tensor Flipped(Tensor w, int groups)
    {
        int inputs = (int)w.Dims[0] / groups;
        int outputs = (int)w.Dims[1];
        int taps = Axes.Product(w.Dims[2..]);
        Tensor result = new(DType.F32, [outputs * groups, inputs, .. w.Dims[2..]]);
        ReadOnlySpan<float> from = w.Span<float>();
        Span<float> to = result.MutableSpan<float>();
        for (int group = 0; group < groups; group++)
        {
            for (int output = 0; output < outputs; output++)
            {
                for (int input = 0; input < inputs; input++)
                {
                    ReadOnlySpan<float> source = from.Slice(((((group * inputs) + input) * outputs) + output) * taps, taps);
                    Span<float> target = to.Slice(((((group * outputs) + output) * inputs) + input) * taps, taps);
                    source.CopyTo(target);
                    target.Reverse();
                }
            }
        }

        return result;
    }
}
