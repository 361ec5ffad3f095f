using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;

namespace ModelBuild.Compiler.Passes;

/// <summary>y = scale * x + shift with one constant of each per channel: a batch normalisation, or an Add, Sub, Mul or Div by constants.</summary>
/// <param name="Scale">Finite.</param>
/// <param name="Shift">Finite.</param>
internal sealed record ChannelFactors(double[] Scale, double[] Shift)
{
    private static readonly string[] s_commutative = ["Add", "Mul"];

    /// <summary>The input that such a node could scale and shift; null for other nodes.</summary>
    public static Value? Operand(Node node)
    {
        if (node.Domain.Length > 0)
        {
            return null;
        }

        return node switch
        {
            { OpType: "BatchNormalization" } => node.Input(0),
            { OpType: "Add" or "Mul" or "Sub" or "Div", Inputs: [{ IsConstant: false } x, { Constant.DType: DType.F32 }] } => x,
            { OpType: "Add" or "Mul", Inputs: [{ Constant.DType: DType.F32 }, { IsConstant: false } x] } => x,
            _ => null,
        };
    }

    /// <summary>The factors where they vary along one axis only; else null.</summary>
    /// <param name="node">A node with an <see cref="Operand"/>.</param>
    /// <param name="rank">Of the operand; the result must have the same.</param>
    /// <param name="axis">The channels.</param>
    public static ChannelFactors? Match(Node node, int rank, int axis, int channels)
    {
        if (node.OpType == "BatchNormalization")
        {
            return axis == 1 && BatchNormalization.Affine(node) is { } affine && affine.Scale.Length == channels ? Finite(affine.Scale, affine.Shift) : null;
        }

        int side = s_commutative.Contains(node.OpType) && node.Input(0).IsConstant ? 0 : 1;
        if (PerChannel(node.Input(side).Constant!, rank, axis, channels) is not { } values)
        {
            return null;
        }

        double[] ones = [.. Enumerable.Repeat(1.0, channels)];
        return node.OpType switch
        {
            "Mul" => Finite(values, new double[channels]),
            "Div" => Finite([.. values.Select(v => 1 / v)], new double[channels]),
            "Sub" => Finite(ones, [.. values.Select(v => -v)]),
            _ => Finite(ones, values),
        };
    }

    private static ChannelFactors? Finite(double[] scale, double[] shift) => scale.All(double.IsFinite) && shift.All(double.IsFinite) ? new ChannelFactors(scale, shift) : null;

    private static double[]? PerChannel(Tensor constant, int rank, int axis, int channels)
    {
        double[] values = constant.ToDoubleArray();
        if (constant.Rank > rank)
        {
            return null;
        }

        if (values.Length == 1)
        {
            return [.. Enumerable.Repeat(values[0], channels)];
        }

        int own = axis - (rank - constant.Rank);
        return values.Length == channels && own >= 0 && constant.Dims[own] == channels ? values : null;
    }
}
