using Microsoft.ML.OnnxRuntime;
using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import.Onnx;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Passes;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Planning.Sizes;

namespace ModelBuild.Compiler.Tests.Differential;

/// <summary>One graph of sizes that depend on values on ONNX Runtime and as a plan that counts, which serves several inputs one after another.</summary>
internal static class CountedRun
{
    /// <summary>Ranges of the inputs: a part of the elements is above what graphs compare with, few are, none, and all.</summary>
    private static readonly (float Low, float High)[] s_ranges = [(-2, 2), (-2, 0.3f), (-2, -0.6f), (0.6f, 2)];

    /// <summary>Greatest number that a call gives a loop.</summary>
    private const int MostIterations = 5;

    /// <summary>Runs it on inputs drawn from the seed.</summary>
    public static DifferentialRun Of(Graph graph, int seed) => Of(graph, Calls(graph, seed), [PassPipelines.Lowering]);

    /// <summary>Runs it on several calls, once with all passes and once with few.</summary>
    /// <param name="few">The pipelines that cannot be left out.</param>
    public static DifferentialRun Of(Graph graph, IReadOnlyList<Tensor[]> calls, IReadOnlyList<IPass>[] few)
    {
        byte[] model = DifferentialRun.Bytes(graph);
        List<(Tensor[] Inputs, Tensor[] Expected)> cases = [];
        string refusal = "";
        foreach (Tensor[] inputs in calls)
        {
            try
            {
                cases.Add((inputs, OnnxRuntimeReference.Run(model, [.. graph.Inputs.Select(v => v.Name)], [.. graph.Outputs.Select(o => o.Name)], inputs)));
            }
            catch (OnnxRuntimeException e)
            {
                refusal = e.Message.Split('\n')[0];
            }
        }

        if (cases.Count == 0)
        {
            return new DifferentialRun(DifferentialOutcome.NoReferee, refusal);
        }

        DifferentialRun whole = Compare("all passes", model, cases, [PassPipelines.Optimize, PassPipelines.Lowering]);
        return whole.Outcome == DifferentialOutcome.Same ? Compare("lowering alone", model, cases, few) : whole;
    }

    /// <summary>Inputs drawn from the seed: numbers of several ranges, and integers and truth values for those that control.</summary>
    public static Tensor[][] Calls(Graph graph, int seed)
    {
        Tensor[][] calls = new Tensor[s_ranges.Length][];
        for (int i = 0; i < s_ranges.Length; i++)
        {
            Random random = new((s_ranges.Length * seed) + i);
            calls[i] = [.. graph.Inputs.Select(v => v.Type.DType switch
            {
                DType.I64 => Tensor.Scalar((long)random.Next(MostIterations + 1)),
                DType.Bool => Tensor.Scalar(random.Next(2) == 1),
                _ => DifferentialRun.Filled(random, v.Type.Shape!.ToArray(), s_ranges[i].Low, s_ranges[i].High),
            })];
        }

        return calls;
    }

    /// <summary>What the stages do: a graph of which every size is known is planned for itself.</summary>
    public static CompiledModel Compile(byte[] model, IReadOnlyList<IPass>[] pipelines)
    {
        using MemoryStream stream = new(model);
        return Compile(new OnnxImporter(Operators.Set).Import(stream, "drawn.onnx", folder: null), pipelines);
    }

    private static DifferentialRun Compare(string what, byte[] model, List<(Tensor[] Inputs, Tensor[] Expected)> cases, IReadOnlyList<IPass>[] pipelines)
    {
        try
        {
            using PlanInterpreter interpreter = new(Compile(model, pipelines));
            foreach ((Tensor[] inputs, Tensor[] expected) in cases)
            {
                if (DifferentialRun.Difference(expected, interpreter.Run(inputs)) is { } difference)
                {
                    return new DifferentialRun(DifferentialOutcome.Different, $"{what}: {difference}");
                }
            }

            return new DifferentialRun(DifferentialOutcome.Same, "");
        }
        catch (ModelBuildException e) when (e.Diagnostics.All(d => !d.Descriptor.Code.StartsWith("MDB9", StringComparison.Ordinal)))
        {
            return new DifferentialRun(DifferentialOutcome.Refused, $"{e.Diagnostics[0].Descriptor.Code}: {e.Diagnostics[0].Message}");
        }
        catch (Exception e)
        {
            return new DifferentialRun(DifferentialOutcome.Different, $"{what}: {e.GetType().Name}: {e.Message}\n{e.StackTrace}");
        }
    }

    private static CompiledModel Compile(Graph graph, IReadOnlyList<IPass>[] pipelines)
    {
        Graph alone = Rewrite(new SizeDependence());
        return CountedSizes.NextOf(alone) is null
            ? Planner.Plan(alone)
            : SizedCompiler.Compile([], (_, dependence) => Rewrite(dependence), null, allowsWinograd: true, default).Model;

        Graph Rewrite(SizeDependence dependence)
        {
            Graph rewritten = GraphClone.Clone(graph);
            rewritten.SizeDependence = dependence;
            foreach (IReadOnlyList<IPass> pipeline in pipelines)
            {
                PassRunner.Run(rewritten, pipeline, default);
            }

            return rewritten;
        }
    }
}
