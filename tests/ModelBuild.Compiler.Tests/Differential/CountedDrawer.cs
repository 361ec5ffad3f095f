using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Passes;

namespace ModelBuild.Compiler.Tests.Differential;

/// <summary>Draws a valid graph of sizes that depend on values: one or two operators that count, and others on top of what they found, of which each holds for any count, 0 among them.</summary>
internal static class CountedDrawer
{
    private const int MostTemplates = 5;

    /// <summary>The graph of a seed; the same one each time.</summary>
    public static Graph Draw(int seed)
    {
        CountedDrawing draw = new(seed);
        for (int wanted = draw.Base.Chance(0.3) ? 2 : 1; wanted > 0; wanted--)
        {
            CountedSources.Draw(draw);
        }

        int templates = draw.Base.Int(1, MostTemplates);
        for (int tries = 0; templates > 0 && tries < 40; tries++)
        {
            Counted x = draw.Any();
            if (draw.Base.Pick<Func<CountedDrawing, Counted, Counted?>>(CountedTemplates.All)(draw, x) is { } y)
            {
                draw.Pool.Add(y);
                templates--;
            }
        }

        Value[] results = [.. draw.Pool.Select(c => c.Value).Where(v => v.Consumers.Count == 0 || draw.Base.Chance(0.15)).Concat(draw.Base.Results).Distinct()];
        foreach (Value result in results)
        {
            draw.Base.Graph.AddOutput(result.Name, result);
        }

        new RemoveDeadNodes().Run(draw.Base.Graph, default);
        Assert.Null(draw.Base.Graph.Sort());
        return draw.Base.Graph;
    }
}
