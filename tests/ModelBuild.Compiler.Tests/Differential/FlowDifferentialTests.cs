using ModelBuild.Compiler.Import.Onnx;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Passes;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Tests.Conformance.Generated;

namespace ModelBuild.Compiler.Tests.Differential;

/// <summary>
/// Random graphs of If, Loop and Scan against ONNX Runtime. <c>MODELBUILD_DIFFERENTIAL_FLOW</c> sets how many and, after a colon, the first seed.
/// </summary>
public sealed class FlowDifferentialTests
{
    private const int Graphs = 100;

    /// <summary>Graphs whose generated code is compiled and run.</summary>
    private const int Generated = 25;

    /// <summary>Graphs that the compiler refuses or that ONNX Runtime does not run on any input.</summary>
    private const double MostRefused = 0.04;

    [Fact]
    public void DrawnControlFlowComputesWhatOnnxRuntimeComputes() =>
        new SeededGraphs("MODELBUILD_DIFFERENTIAL_FLOW", Graphs, MostRefused, FlowDrawer.Draw, FlowRun.Of, FlowShrinker.Shrink).Check();

    /// <summary>Graphs that were computed wrongly once; the name of the file is the seed of its inputs.</summary>
    [Theory]
    [InlineData(830058)]
    [InlineData(830202)]
    public void WhatFailedOnceStaysMended(int seed)
    {
        using FileStream stream = File.OpenRead(RepositoryRoot.PathOf("tests", "ModelBuild.Compiler.Tests", "Differential", "FlowRegressions", $"{seed}.onnx"));
        Graph graph = new OnnxImporter(Operators.Set).Import(stream, "drawn.onnx", folder: null);
        TypeInference.Run(graph);
        DifferentialRun run = FlowRun.Of(graph, seed);
        Assert.True(run.Outcome == DifferentialOutcome.Same, $"{run.Outcome}: {run.Reason}");
    }

    [Fact]
    public void GeneratedCodeGivesTheBitsOfThePlan()
    {
        List<(int Seed, CompiledModel Model, Tensor[][] Calls)> drawn = [];
        for (int seed = 0; seed < Generated; seed++)
        {
            Graph graph = FlowDrawer.Draw(seed);
            if (FlowRun.Of(graph, seed).Outcome == DifferentialOutcome.Same)
            {
                drawn.Add((seed, CountedRun.Compile(DifferentialRun.Bytes(graph), [PassPipelines.Optimize, PassPipelines.Lowering]), CountedRun.Calls(graph, seed)));
            }
        }

        GeneratedPredictors predictors = new([.. drawn.Select(d => d.Model)]);
        List<string> faults = [];
        foreach ((int index, (int seed, CompiledModel model, Tensor[][] calls)) in drawn.Index())
        {
            using PlanInterpreter interpreter = new(model);
            foreach (Tensor[] inputs in calls)
            {
                Tensor[] expected = interpreter.Run(inputs);
                byte[][] actual = predictors.Run(index, model, inputs, expected);
                faults.AddRange(expected.Index().Where(e => !e.Item.Bytes.SequenceEqual(actual[e.Index])).Select(e => $"seed {seed}: output {e.Index} has other bits"));
            }
        }

        Assert.True(drawn.Count > Generated / 2 && faults.Count == 0, $"{drawn.Count} graphs run\n{string.Join('\n', faults)}");
    }
}
