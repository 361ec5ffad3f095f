using ModelBuild.Compiler.Import.Onnx;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;

namespace ModelBuild.Compiler.Tests.Differential;

/// <summary>
/// Random graphs against ONNX Runtime. <c>MODELBUILD_DIFFERENTIAL</c> sets how many (and, after a colon, the first seed): the README has the command of the long run. What fails is cut down and written
/// to <c>TestResults/differential</c>; once mended it belongs into <c>Regressions</c>.
/// </summary>
public sealed class DifferentialTests
{
    private const int Graphs = 1000;

    /// <summary>Graphs with combinations that have no kernel yet, or that ONNX Runtime cannot run: the rest must be enough to mean something.</summary>
    private const double MostRefused = 0.05;

    public static TheoryData<string> Regressions => [.. Directory.GetFiles(RegressionsFolder, "*.onnx").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    private static string RegressionsFolder => RepositoryRoot.PathOf("tests", "ModelBuild.Compiler.Tests", "Differential", "Regressions");

    [Fact]
    public void DrawnGraphsComputeWhatOnnxRuntimeComputes() =>
        new SeededGraphs("MODELBUILD_DIFFERENTIAL", Graphs, MostRefused, GraphDrawer.Draw, DifferentialRun.Of, GraphShrinker.Shrink).Check();

    [Fact]
    public void WhatRoundingDecidesIsNoDifference()
    {
        // Columns of length 1 make channels of equal norms: which of them is the least depends on the order of their sums.
        Graph graph = new(Operators.Set, "ties");
        Value x = graph.AddInput("x", new TensorType(DType.F32, Shape.Of([1, 12, 7, 6])));
        Value norms = graph.Add("GlobalLpPool", "norms", [graph.Add("LpNormalization", "normalised", [x], new AttributeMap { { "axis", 2L } })]);
        graph.AddOutput("y", graph.Add("ArgMin", "y", [norms], new AttributeMap { { "axis", 1L } }));
        TypeInference.Run(graph);
        Assert.DoesNotContain(Enumerable.Range(0, 20), seed => DifferentialRun.Of(graph, seed).Outcome == DifferentialOutcome.Different);
    }

    [Theory]
    [MemberData(nameof(Regressions))]
    public void WhatFailedOnceStaysMended(string file)
    {
        using FileStream stream = File.OpenRead(Path.Combine(RegressionsFolder, file));
        Graph graph = new OnnxImporter(Operators.Set).Import(stream, file, folder: null);
        TypeInference.Run(graph);
        DifferentialRun run = DifferentialRun.Of(graph, 1);
        Assert.True(run.Outcome == DifferentialOutcome.Same, $"{run.Outcome}: {run.Reason}");
    }
}
