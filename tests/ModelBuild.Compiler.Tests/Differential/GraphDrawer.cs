using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Passes;

namespace ModelBuild.Compiler.Tests.Differential;

/// <summary>Draws a valid graph from a seed: one or two inputs of odd sizes, a few templates on top of each other, every value that nobody reads an output.</summary>
internal static class GraphDrawer
{
    private const int MostTemplates = 4;

    /// <summary>Every template; one that does not fit its operand gives null.</summary>
    private static readonly Func<Drawing, Value, Value?>[] s_templates =
    [
        ElementwiseTemplates.Unary, ElementwiseTemplates.Ranged, ElementwiseTemplates.WithConstant, ElementwiseTemplates.WithLargerConstant, ElementwiseTemplates.WithTwin,
        ElementwiseTemplates.WithReduced, ElementwiseTemplates.Variadic, ElementwiseTemplates.Choice,
        (d, x) => WindowTemplates.IsImage(x) ? WindowTemplates.Conv(d, x) : null, (d, x) => WindowTemplates.IsImage(x) ? WindowTemplates.Pool(d, x) : null,
        (d, x) => WindowTemplates.IsImage(x) ? WindowTemplates.ConvTranspose(d, x) : null, (d, x) => WindowTemplates.IsImage(x) ? WindowTemplates.GlobalPool(d, x) : null,
        (d, x) => WindowTemplates.IsImage(x) ? VisionTemplates.GridSample(d, x) : null,
        PatternTemplates.ConvBlock, PatternTemplates.ConvBlock, PatternTemplates.ConvBlock, PatternTemplates.Dense, PatternTemplates.Dense, PatternTemplates.Activation,
        PatternTemplates.HardSwish, PatternTemplates.Gelu, PatternTemplates.LayerNorm, PatternTemplates.Sandwich, PatternTemplates.Duplicate, PatternTemplates.Focus,
        MovementTemplates.Transpose, MovementTemplates.Reshape, MovementTemplates.Family, MovementTemplates.Slice, MovementTemplates.Split, MovementTemplates.Concat,
        MovementTemplates.Gather, MovementTemplates.Pad, MovementTemplates.Repeat, MovementTemplates.Blocks, MovementTemplates.Resize,
        ReductionTemplates.Reduce, ReductionTemplates.Softmax, ReductionTemplates.LayerNorm, ReductionTemplates.ChannelNorm, ReductionTemplates.CumSum, ReductionTemplates.Order,
        ProductTemplates.MatMul, ProductTemplates.Gemm, QuantizedTemplates.Linear, QuantizedTemplates.Elementwise,
    ];

    /// <summary>The graph of a seed; the same one each time.</summary>
    public static Graph Draw(int seed)
    {
        Drawing draw = new(seed);
        for (int i = draw.Chance(0.25) ? 2 : 1; i > 0; i--)
        {
            draw.Pool.Add(draw.Input(DType.F32, Sizes(draw)));
        }

        int wanted = draw.Int(1, MostTemplates);
        for (int tries = 0; wanted > 0 && tries < 40; tries++)
        {
            Value? x = draw.Any(v => v.Type.Shape!.ElementCount is > 0 and <= Drawing.MaxElements);
            if (x is not null && draw.Pick<Func<Drawing, Value, Value?>>(s_templates)(draw, x) is { } y)
            {
                draw.Pool.Add(y);
                wanted--;
            }
        }

        Value[] results = [.. draw.Pool.Concat(draw.Results).Where(v => v.Producer is not null && (v.Consumers.Count == 0 || draw.Results.Contains(v) || draw.Chance(0.08))).Distinct()];
        foreach (Value result in results.DefaultIfEmpty(draw.Pool[0].Producer is null ? draw.Add("Relu", [draw.Pool[0]]) : draw.Pool[0]))
        {
            draw.Graph.AddOutput(result.Name, result);
        }

        new RemoveDeadNodes().Run(draw.Graph, default);
        Assert.Null(draw.Graph.Sort());
        return draw.Graph;
    }

    private static long[] Sizes(Drawing draw) => draw.Int(0, 10) switch
    {
        10 => [draw.Int(1, 2), draw.Channels(), draw.Int(1, 5), draw.Int(1, 5), draw.Int(1, 5)],
        0 => [draw.Int(1, 40)],
        1 or 2 => [draw.Int(1, 5), draw.Channels()],
        3 or 4 => [draw.Int(1, 2), draw.Channels(), draw.Int(1, 20)],
        _ => [draw.Int(1, 2), draw.Channels(), draw.Int(1, 11), draw.Int(1, 11)],
    };
}
