using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Passes;
using ModelBuild.Compiler.Tests.Differential;

namespace ModelBuild.Compiler.Tests.Metamorphic;

/// <summary>Random networks that compute the items of a batch by themselves, as convolutional networks do; a seed draws the same one for every batch.</summary>
internal static class BatchedNetwork
{
    private static readonly Func<Drawing, Value, Value?>[] s_templates =
    [
        ElementwiseTemplates.Unary, PatternTemplates.Activation, PatternTemplates.HardSwish, PatternTemplates.Gelu,
        (d, x) => Drawing.Rank(x) > 2 ? WindowTemplates.Conv(d, x) : null, (d, x) => Drawing.Rank(x) > 2 ? WindowTemplates.Conv(d, x) : null,
        (d, x) => Drawing.Rank(x) > 2 ? WindowTemplates.ConvTranspose(d, x) : null, (d, x) => Drawing.Rank(x) > 2 ? WindowTemplates.Pool(d, x) : null,
        (d, x) => Drawing.Rank(x) > 2 ? WindowTemplates.GlobalPool(d, x) : null, (d, x) => Drawing.Rank(x) > 2 ? ReductionTemplates.BatchNorm(d, x) : null,
        (d, x) => Drawing.Rank(x) > 2 ? ReductionTemplates.ChannelNorm(d, x) : null, Dense, Dense, Flat, Softmax, Skip,
    ];

    /// <summary>The graph of a seed and batch.</summary>
    public static Graph Draw(int seed, long batch)
    {
        Drawing draw = new(seed);
        long[] sizes = draw.Chance(0.7) ? [draw.Channels(), draw.Int(1, 9), draw.Int(1, 9)] : [draw.Channels(), draw.Int(1, 12)];
        Value x = draw.Input(DType.F32, [batch, .. sizes]);
        int wanted = draw.Int(2, 6);
        for (int tries = 0; wanted > 0 && tries < 40; tries++)
        {
            if (draw.Pick<Func<Drawing, Value, Value?>>(s_templates)(draw, x) is { } y && y.Type.Shape![0] == new Dim(batch))
            {
                x = y;
                wanted--;
            }
        }

        x = x.Producer is null ? draw.Add("Relu", [x]) : x;
        draw.Graph.AddOutput(x.Name, x);
        new RemoveDeadNodes().Run(draw.Graph, default);
        return draw.Graph;
    }

    private static Value Dense(Drawing draw, Value x)
    {
        long depth = Drawing.Dims(x)[^1];
        Value y = draw.Add("MatMul", [x, draw.Weights(1.7f / MathF.Sqrt(depth), depth, draw.Channels())]);
        return draw.Chance(0.5) ? draw.Add("Add", [y, draw.Weights(0.5f, Drawing.Dims(y)[^1])]) : y;
    }

    private static Value? Flat(Drawing draw, Value x) => Drawing.Rank(x) > 2 && Drawing.Dims(x)[1..].Aggregate(1L, (a, b) => a * b) < 1000 ? draw.Add("Flatten", [x]) : null;

    private static Value Softmax(Drawing draw, Value x) => draw.Add("Softmax", [x], new AttributeMap { { "axis", (long)draw.Int(1, Drawing.Rank(x) - 1) } });

    private static Value Skip(Drawing draw, Value x) => draw.Add(draw.Pick("Add", "Mul"), [x, draw.Add("Sigmoid", [x])]);
}
