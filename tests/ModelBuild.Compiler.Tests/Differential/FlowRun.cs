using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import.Onnx;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Passes;

namespace ModelBuild.Compiler.Tests.Differential;

/// <summary>One graph of If, Loop and Scan on ONNX Runtime, by reference evaluation and as a plan, for several calls that take other branches.</summary>
internal static class FlowRun
{
    /// <summary>Runs it on inputs drawn from the seed.</summary>
    public static DifferentialRun Of(Graph graph, int seed)
    {
        Tensor[][] calls = CountedRun.Calls(graph, seed);
        DifferentialRun planned = CountedRun.Of(graph, calls, [[new CloseSubgraphs()], PassPipelines.Lowering]);
        return planned.Outcome is DifferentialOutcome.Same or DifferentialOutcome.Refused && Reference(graph, calls) is { } difference
            ? new DifferentialRun(DifferentialOutcome.Different, $"reference evaluation: {difference}")
            : planned;
    }

    private static string? Reference(Graph graph, Tensor[][] calls)
    {
        byte[] model = DifferentialRun.Bytes(graph);
        using MemoryStream stream = new(model);
        Graph imported = new OnnxImporter(Operators.Set).Import(stream, "drawn.onnx", folder: null);
        TypeInference.Run(imported);
        foreach (Tensor[] inputs in calls)
        {
            try
            {
                Tensor[] expected = OnnxRuntimeReference.Run(model, [.. graph.Inputs.Select(v => v.Name)], [.. graph.Outputs.Select(o => o.Name)], inputs);
                if (DifferentialRun.Difference(expected, [.. ReferenceEvaluator.Run(imported, inputs)]) is { } difference)
                {
                    return difference;
                }
            }
            catch (Microsoft.ML.OnnxRuntime.OnnxRuntimeException)
            {
                // Nothing to compare with.
            }
            catch (ModelBuildException e)
            {
                return e.Diagnostics[0].Message;
            }
        }

        return null;
    }
}
