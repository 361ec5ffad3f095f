using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Pruning.Channels;

/// <summary>Takes channels out of every constant and attribute that knows them, and infers the types again.</summary>
internal static class ChannelRemoval
{
    /// <summary>Changes the graph in place.</summary>
    /// <param name="removed">First channels of the sets to remove.</param>
    public static void Apply(Graph graph, ChannelMap map, IReadOnlySet<int> removed, CancellationToken cancellation)
    {
        foreach (ChannelSlice slice in map.Slices)
        {
            int[] kept = Kept(map, slice.Channels, removed);
            if (kept.Length < slice.Channels.Length)
            {
                Value constant = slice.Node.Input(slice.Input);
                slice.Node.SetInput(slice.Input, graph.AddConstant(constant.Name, Select(constant.Constant!, slice.Axis, kept)));
            }
        }

        foreach ((Node node, int[] channels) in map.Groups)
        {
            node.Attributes["group"] = new IntAttribute(Kept(map, channels, removed).Length);
        }

        foreach ((Node node, int index, int[] channels) in map.Targets)
        {
            long[] sizes = node.Input(1).Constant!.ToInt64Array();
            sizes[index] = Kept(map, channels, removed).Length;
            node.SetInput(1, graph.AddConstant(node.Input(1).Name, Tensor.Vector<long>(sizes)));
        }

        foreach (Value output in graph.Nodes.Where(n => n.Op is not null).SelectMany(n => n.Outputs).OfType<Value>())
        {
            output.Type = TensorType.Unknown;
        }

        TypeInference.Run(graph, cancellation);
    }

    private static int[] Kept(ChannelMap map, int[] channels, IReadOnlySet<int> removed) =>
        [.. Enumerable.Range(0, channels.Length).Where(i => !removed.Contains(map.Sets.Find(channels[i])))];

    private static Tensor Select(Tensor tensor, int axis, int[] kept)
    {
        long[] dims = tensor.Dims.ToArray();
        int run = Ops.Axes.Product(tensor.Dims[(axis + 1)..]) * DTypes.SizeOf(tensor.DType);
        int size = (int)dims[axis];
        int outer = Ops.Axes.Product(tensor.Dims[..axis]);
        dims[axis] = kept.Length;
        Tensor result = new(tensor.DType, dims);
        for (int o = 0; o < outer; o++)
        {
            for (int k = 0; k < kept.Length; k++)
            {
                tensor.Bytes.Slice(((o * size) + kept[k]) * run, run).CopyTo(result.MutableBytes()[(((o * kept.Length) + k) * run)..]);
            }
        }

        return result;
    }
}
