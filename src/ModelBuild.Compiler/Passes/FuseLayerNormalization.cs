using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;

namespace ModelBuild.Compiler.Passes;

/// <summary>(x - mean) / sqrt(mean of squares + epsilon) over the last axes, written with ReduceMean, Sub, Pow or Mul, Add, Sqrt and Div, with a constant factor and summand behind it, become LayerNormalization.</summary>
public sealed class FuseLayerNormalization : IPass
{
    /// <inheritdoc/>
    public string Name => nameof(FuseLayerNormalization);

    /// <inheritdoc/>
    public bool Run(Graph graph, CancellationToken cancellation)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToArray())
        {
            cancellation.ThrowIfCancellationRequested();
            if (node is { OpType: "Div", Domain: "", Inputs.Count: 2 } && graph.IsUsed(node.Output) && Match(graph, node) is { } match)
            {
                Replace(graph, node, match.X, match.Axis, match.Epsilon);
                changed = true;
            }
        }

        return changed;
    }

    private static (Value X, int Axis, float Epsilon)? Match(Graph graph, Node division)
    {
        Value difference = division.Input(0);
        if (difference.Producer is not { OpType: "Sub", Domain: "" } sub || Only(graph, division.Input(1), "Sqrt") is not { } root || Only(graph, root.Input(0), "Add") is not { } sum)
        {
            return null;
        }

        int side = sum.Input(0).IsConstant ? 1 : 0;
        Value x = sub.Input(0);
        bool fits = x.Type is { DType: DType.F32, Shape: not null } && sum.Input(1 - side).Constant is { Count: 1, DType: DType.F32 } && Only(graph, sum.Input(side), "ReduceMean") is not null
            && Only(graph, sub.Input(1), "ReduceMean") is { } m && m.Input(0) == x;
        if (!fits)
        {
            return null;
        }

        Node variance = sum.Input(side).Producer!;
        int? axis = Axis(sub.Input(1).Producer!, x.Type.Shape!);
        bool same = axis is not null && axis == Axis(variance, x.Type.Shape!) && IsSquare(graph, variance.Input(0), difference);
        float epsilon = sum.Input(1 - side).Constant!.Span<float>()[0];
        return same && epsilon >= 0 && x.Type.Shape!.Skip(axis!.Value).All(d => d.IsKnown) && x.Type.Shape!.Equals(division.Output.Type.Shape) ? (x, axis!.Value, epsilon) : null;
    }

    private static void Replace(Graph graph, Node division, Value x, int axis, float epsilon)
    {
        long[] row = [.. x.Type.Shape!.Skip(axis).Select(d => d.Value)];
        List<Node> parts = [division];
        Tensor scale = Behind(graph, parts, "Mul", row) ?? Tensor.Create<float>([.. Enumerable.Repeat(1f, Axes.Product(row))], row);
        Value? bias = Behind(graph, parts, "Add", row) is { } summand ? graph.AddConstant($"{division.Name}_bias", summand) : null;
        Value y = graph.Add("LayerNormalization", division.Name, [x, graph.AddConstant($"{division.Name}_scale", scale), bias], new AttributeMap { { "axis", (long)axis }, { "epsilon", epsilon } });
        y.Producer!.FusedFrom.AddRange(parts.Select(p => p.ToString()));
        graph.ReplaceUses(parts[^1].Output, y);
        for (int i = parts.Count - 1; i >= 0; i--)
        {
            graph.Remove(parts[i]);
        }
    }

    /// <summary>The constant of the only reader, if that is such an operator and the constant varies along the normalised axes only; the reader becomes a part.</summary>
    private static Tensor? Behind(Graph graph, List<Node> parts, string opType, long[] row)
    {
        Value value = parts[^1].Output;
        if (value.Consumers.Count != 1 || graph.IsOutput(value) || value.Consumers[0] is not { Domain: "", Inputs.Count: 2 } reader || reader.OpType != opType)
        {
            return null;
        }

        int side = reader.Input(0) == value ? 1 : 0;
        if (reader.Input(side).Constant is not { DType: DType.F32 } constant || !value.Type.Shape!.Equals(reader.Output.Type.Shape))
        {
            return null;
        }

        int outer = Math.Max(0, constant.Rank - row.Length);
        if (constant.Dims[..outer].ContainsAnyExcept(1))
        {
            return null;
        }

        float[] values = constant.Span<float>().ToArray();
        parts.Add(reader);
        return Tensor.Create<float>([.. Broadcasting.Positions(constant.Dims[outer..], row).Select(p => values[p])], row);
    }

    /// <summary>The node of an operator whose result nothing else reads.</summary>
    private static Node? Only(Graph graph, Value value, string opType) =>
        value.Producer is { Domain: "" } node && node.OpType == opType && value.Consumers.Count == 1 && !graph.IsOutput(value) ? node : null;

    /// <summary>True for the square of a value that is read by that and by one division only.</summary>
    private static bool IsSquare(Graph graph, Value square, Value x)
    {
        bool product = Only(graph, square, "Mul") is { } mul && mul.Input(0) == x && mul.Input(1) == x;
        bool power = Only(graph, square, "Pow") is { } pow && pow.Input(0) == x && pow.Input(1).Constant is { Count: 1 } two && two.ToDoubleArray()[0] == 2;
        return !graph.IsOutput(x) && ((product && x.Consumers.Count == 3) || (power && x.Consumers.Count == 2));
    }

    /// <summary>The first of the axes where a ReduceMean takes all axes from there on and keeps them; else null.</summary>
    private static int? Axis(Node mean, Shape shape)
    {
        if (mean.InputOrNull(1)?.Constant is not { Count: > 0 } given || mean.Attributes.GetInt("keepdims", 1) == 0)
        {
            return null;
        }

        int[] axes = [.. Axes.Normalize(mean, given.ToInt64Array(), shape.Rank).Order()];
        return axes.SequenceEqual(Enumerable.Range(shape.Rank - axes.Length, axes.Length)) ? axes[0] : null;
    }
}
