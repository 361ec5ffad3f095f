using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Ops.Fused;

namespace ModelBuild.Compiler.Passes;

/// <summary>Operators over [N,C,H,W] whose operand was brought there from [N,H,W,C], and that have a form over the latter.</summary>
internal static class NhwcForms
{
    private static readonly string[] s_operators = ["BatchNormalization", "InstanceNormalization", "GroupNormalization", "LRN", "DepthToSpace", "SpaceToDepth"];

    /// <summary>Replaces a node that reads a Transpose by its form over [N,H,W,C] and a Transpose behind it; null where there is no such form.</summary>
    public static Value? Replace(Graph graph, Node node, Node transpose, int[] perm)
    {
        if (node.Domain.Length > 0 || !s_operators.Contains(node.OpType) || !perm.AsSpan().SequenceEqual([0, 3, 1, 2]) || node.Input(0).Type.DType != DType.F32
            || (node.OpType == "BatchNormalization" && BatchNormalization.Affine(node) is null))
        {
            return null;
        }

        Node form = graph.AddNode(FusedDomain.Name, node.OpType, node.Name, [transpose.Input(0), .. node.Inputs.Skip(1)], [$"{node.Name}_result"], node.Attributes.Clone());
        TypeInference.Run(form);
        Value y = graph.Add("Transpose", $"{node.Name}_nchw", [form.Output], new AttributeMap { { "perm", [0, 3, 1, 2] } });
        graph.ReplaceUses(node.Output, y);
        graph.Remove(node);
        return y;
    }
}
