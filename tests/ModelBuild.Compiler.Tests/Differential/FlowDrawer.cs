using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Passes;

namespace ModelBuild.Compiler.Tests.Differential;

/// <summary>Draws a valid graph of If, Loop and Scan, nested up to two deep, among other operators; conditions and numbers of iterations come with the call or are computed.</summary>
internal static class FlowDrawer
{
    private const int MostTemplates = 4;

    private static readonly Func<Drawing, Value, Value?>[] s_plain =
    [
        ElementwiseTemplates.Unary, ElementwiseTemplates.WithConstant, ElementwiseTemplates.WithLargerConstant, ElementwiseTemplates.WithTwin, ElementwiseTemplates.WithReduced,
        ElementwiseTemplates.Variadic, ElementwiseTemplates.Choice, PatternTemplates.Dense, PatternTemplates.Activation, PatternTemplates.HardSwish, PatternTemplates.Gelu, PatternTemplates.LayerNorm,
        PatternTemplates.ConvBlock, PatternTemplates.Duplicate, MovementTemplates.Transpose, MovementTemplates.Reshape, MovementTemplates.Family, MovementTemplates.Slice, MovementTemplates.Split,
        MovementTemplates.Concat, MovementTemplates.Gather, MovementTemplates.Pad, MovementTemplates.Repeat, ReductionTemplates.Reduce, ReductionTemplates.Softmax, ReductionTemplates.LayerNorm,
        ReductionTemplates.CumSum, ProductTemplates.MatMul, ProductTemplates.Gemm,
    ];

    /// <summary>The graph of a seed; the same one each time.</summary>
    public static Graph Draw(int seed)
    {
        FlowDrawing draw = new(seed);
        for (int i = draw.Base.Chance(0.3) ? 2 : 1; i > 0; i--)
        {
            draw.Base.Pool.Add(draw.Base.Input(DType.F32, Sizes(draw.Base)));
        }

        Fill(draw, draw.Base.Int(0, 2));
        for (int tries = 0; tries < 20 && !draw.Base.Graph.Nodes.Any(n => FlowTemplates.Operators.Contains(n.OpType)); tries++)
        {
            Control(draw);
        }

        Fill(draw, draw.Base.Int(0, MostTemplates));
        Value[] results = [.. draw.Base.Pool.Concat(draw.Base.Results).Where(v => v.Producer is not null && (v.Consumers.Count == 0 || draw.Base.Results.Contains(v) || draw.Base.Chance(0.08))).Distinct()];
        foreach (Value result in results)
        {
            draw.Base.Graph.AddOutput(result.Name, result);
        }

        new RemoveDeadNodes().Run(draw.Base.Graph, default);
        Assert.Null(draw.Base.Graph.Sort());
        return draw.Base.Graph;
    }

    /// <summary>Adds values to the pool of the graph that is drawn now.</summary>
    public static void Fill(FlowDrawing draw, int wanted)
    {
        for (int tries = 0; wanted > 0 && tries < 40; tries++)
        {
            if (draw.MayNest && draw.Base.Chance(0.2))
            {
                Control(draw);
                wanted--;
            }
            else if (draw.Base.Chance(0.1) && draw.Any() is { } counted)
            {
                if (FlowCounts.Any(draw, counted) is { } found)
                {
                    FlowTemplates.Take(draw, found);
                    wanted--;
                }
            }
            else if (draw.Any() is { } x && draw.Base.Pick<Func<Drawing, Value, Value?>>(s_plain)(draw.Base, x) is { } y)
            {
                draw.Base.Pool.Add(y);
                wanted--;
            }
        }
    }

    private static void Control(FlowDrawing draw)
    {
        if (draw.Any() is { } x)
        {
            draw.Base.Pick<Action<FlowDrawing, Value>>(FlowTemplates.All)(draw, x);
        }
    }

    private static long[] Sizes(Drawing draw) => draw.Int(0, 6) switch
    {
        0 => [draw.Int(1, 20)],
        1 or 2 => [draw.Int(1, 5), draw.Int(1, 9)],
        3 or 4 => [draw.Int(1, 3), draw.Int(1, 5), draw.Int(1, 7)],
        _ => [draw.Int(1, 2), draw.Int(1, 4), draw.Int(1, 5), draw.Int(1, 5)],
    };
}
