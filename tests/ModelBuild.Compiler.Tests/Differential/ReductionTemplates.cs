using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Differential;

/// <summary>Reductions, normalisations and other operators along axes.</summary>
internal static class ReductionTemplates
{
    private static readonly string[] s_reductions = ["ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceL1", "ReduceL2", "ReduceSumSquare", "ReduceLogSumExp", "ReduceProd"];

    public static Value Reduce(Drawing draw, Value x)
    {
        int rank = Drawing.Rank(x);
        long[] axes = [.. Enumerable.Range(0, rank).Where(_ => draw.Chance(0.4)).Select(a => (long)(draw.Chance(0.2) ? a - rank : a))];
        string op = draw.Pick<string>(s_reductions);

        // A product of many numbers has no digits left to compare.
        op = op == "ReduceProd" && x.Type.Shape!.ElementCount > 64 ? "ReduceSum" : op;
        AttributeMap attributes = new() { { "keepdims", (long)draw.Int(0, 1) } };
        return draw.Add(op, axes.Length > 0 ? [x, draw.Longs(axes)] : [x], attributes);
    }

    public static Value? Softmax(Drawing draw, Value x) => Drawing.Rank(x) == 0 ? null : draw.Add(
        draw.Pick("Softmax", "Softmax", "LogSoftmax", "LpNormalization"), [x], new AttributeMap { { "axis", (long)draw.Int(-Drawing.Rank(x), Drawing.Rank(x) - 1) } });

    public static Value? LayerNorm(Drawing draw, Value x)
    {
        int rank = Drawing.Rank(x);
        if (rank == 0)
        {
            return null;
        }

        int axis = draw.Int(0, rank - 1);
        long[] inner = Drawing.Dims(x)[axis..];
        Value?[] inputs = draw.Chance(0.7) ? [x, draw.Between(0.5f, 1.5f, inner), draw.Weights(0.5f, inner)] : [x, draw.Between(0.5f, 1.5f, inner)];
        return draw.Add("LayerNormalization", inputs, new AttributeMap { { "axis", (long)(draw.Chance(0.5) ? axis - rank : axis) }, { "epsilon", draw.Pick(1e-5f, 1e-3f) } });
    }

    public static Value? ChannelNorm(Drawing draw, Value x)
    {
        if (!WindowTemplates.IsImage(x))
        {
            return null;
        }

        long channels = Drawing.Dims(x)[1];
        switch (draw.Int(0, 3))
        {
            case 0:
                return BatchNorm(draw, x);
            case 1 when Drawing.Dims(x)[2..].Aggregate(1L, (a, b) => a * b) > 1:
                return draw.Add("InstanceNormalization", [x, draw.Between(0.5f, 1.5f, channels), draw.Weights(0.5f, channels)]);
            case 2 when channels % 2 == 0:
                return draw.Add("GroupNormalization", [x, draw.Between(0.5f, 1.5f, channels), draw.Weights(0.5f, channels)], new AttributeMap { { "num_groups", 2L } });
            default:
                return draw.Add("LRN", [x], new AttributeMap { { "size", (long)draw.Pick(1, 3, 5) }, { "alpha", 0.1f }, { "beta", 0.75f }, { "bias", 1f } });
        }
    }

    public static Value BatchNorm(Drawing draw, Value x)
    {
        long channels = Drawing.Dims(x)[1];
        return draw.Add("BatchNormalization", [x, draw.Between(0.5f, 1.5f, channels), draw.Weights(0.5f, channels), draw.Weights(0.5f, channels), draw.Between(0.5f, 1.5f, channels)]);
    }

    public static Value? CumSum(Drawing draw, Value x) => Drawing.Rank(x) == 0 ? null : draw.Add(
        "CumSum", [x, draw.Constant(Tensor.Scalar((long)draw.Int(0, Drawing.Rank(x) - 1)))], new AttributeMap { { "exclusive", (long)draw.Int(0, 1) }, { "reverse", (long)draw.Int(0, 1) } });

    /// <summary>Positions and the largest values; positions are a result of their own.</summary>
    public static Value? Order(Drawing draw, Value x)
    {
        int rank = Drawing.Rank(x);
        if (rank == 0)
        {
            return null;
        }

        int axis = draw.Int(0, rank - 1);
        if (draw.Chance(0.5))
        {
            draw.Results.Add(draw.Add(draw.Pick("ArgMax", "ArgMin"), [x], new AttributeMap { { "axis", (long)axis }, { "keepdims", (long)draw.Int(0, 1) } }));
            return null;
        }

        Node node = draw.AddNode("TopK", [x, draw.Longs(draw.Int(1, (int)Drawing.Dims(x)[axis]))], new AttributeMap { { "axis", (long)axis }, { "largest", (long)draw.Int(0, 1) } }, 2);
        return node.Output;
    }
}
