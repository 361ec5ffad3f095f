namespace ModelBuild.Compiler.Tests.Differential;

/// <summary>Random graphs of sizes that depend on values against ONNX Runtime. <c>MODELBUILD_DIFFERENTIAL_COUNTED</c> sets how many and, after a colon, the first seed.</summary>
public sealed class CountedDifferentialTests
{
    private const int Graphs = 100;

    /// <summary>Graphs that the compiler refuses or that ONNX Runtime does not run on any input.</summary>
    private const double MostRefused = 0.06;

    [Fact]
    public void DrawnGraphsCountWhatOnnxRuntimeCounts() =>
        new SeededGraphs(
            "MODELBUILD_DIFFERENTIAL_COUNTED",
            Graphs,
            MostRefused,
            CountedDrawer.Draw,
            CountedRun.Of,
            static (graph, fails) => GraphShrinker.Shrink(graph, g => g.Inputs.All(i => i.Type.IsStatic) && fails(g))).Check();
}
