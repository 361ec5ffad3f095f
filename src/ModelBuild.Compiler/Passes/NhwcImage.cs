using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Fused;

namespace ModelBuild.Compiler.Passes;

/// <summary>Brings the operands of a spatial operator from [N,C,H,W] or [N,C,D,H,W] to the layout [N,H,W,C] or [N,D,H,W,C] of the kernels and its result back. A line [N,C,W] becomes an image of height 1.</summary>
internal static class NhwcImage
{
    private const int LineRank = 3;
    private static readonly string[] s_windowAttributes = ["kernel_shape", "strides", "dilations"];

    /// <summary>The operand as the kernels take it.</summary>
    /// <param name="node">The operator, for names.</param>
    /// <param name="rank">Of the operand as the operator takes it: 3 to 5.</param>
    public static Value Enter(Graph graph, Node node, Value x, int rank)
    {
        if (rank == LineRank)
        {
            x = graph.Add("Unsqueeze", $"{node.Name}_plane", [x, graph.AddConstant("axes", Tensor.Vector<long>(2))]);
        }

        return graph.Add("Transpose", $"{node.Name}_nhwc", [x], Permutation(ChannelsLast.To(Math.Max(rank, LineRank + 1))));
    }

    /// <summary>The result as the operator gives it.</summary>
    public static Value Leave(Graph graph, Node node, Value y, int rank)
    {
        Value image = graph.Add("Transpose", $"{node.Name}_nchw", [y], Permutation(ChannelsLast.From(Math.Max(rank, LineRank + 1))));
        return rank == LineRank ? graph.Add("Squeeze", $"{node.Name}_line", [image, graph.AddConstant("axes", Tensor.Vector<long>(2))]) : image;
    }

    /// <summary>Filters [M,C,k] as [M,C,1,k]; others as they are.</summary>
    public static Tensor Filters(Tensor w) => w.Rank == LineRank ? w.Reshape(w.Dims[0], w.Dims[1], 1, w.Dims[2]) : w;

    /// <summary>Filters [M,C,k], constant or computed, as [M,C,1,k].</summary>
    public static Value Filters(Graph graph, Value w) => w.Constant is { } constant
        ? graph.AddConstant(w.Name, Filters(constant))
        : graph.Add("Unsqueeze", $"{w.Name}_plane", [w, graph.AddConstant("axes", Tensor.Vector<long>(2))]);

    /// <summary>A copy of the operator's attributes for an image.</summary>
    public static AttributeMap Attributes(Node node, int rank)
    {
        AttributeMap attributes = node.Attributes.Clone();
        if (rank != LineRank)
        {
            return attributes;
        }

        foreach (string name in s_windowAttributes)
        {
            if (attributes.GetInts(name) is { } values)
            {
                attributes[name] = new IntsAttribute([1, .. values]);
            }
        }

        if (attributes.GetInts("pads") is { Length: 2 } pads)
        {
            attributes["pads"] = new IntsAttribute([0, pads[0], 0, pads[1]]);
        }

        if (attributes.GetInts("output_padding") is { } extra)
        {
            attributes["output_padding"] = new IntsAttribute([0, .. extra]);
        }

        if (attributes.GetInts("output_shape") is { } shape)
        {
            attributes["output_shape"] = new IntsAttribute([1, shape[^1]]);
        }

        return attributes;
    }

    private static AttributeMap Permutation(int[] perm) => new() { { "perm", [.. perm.Select(p => (long)p)] } };
}
