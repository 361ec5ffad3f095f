using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Passes;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Planning.Sizes;
using ModelBuild.Compiler.Verification;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Tests.Planning.Sizes;

/// <summary>Compiles graphs for run-time sizes and compares the plan at given sizes with the reference evaluation of the graph bound to them.</summary>
internal static class SizedHarness
{
    /// <summary>Compiles through all passes.</summary>
    public static CompiledModel Compile(Graph graph, params PlanDim[] dims) => SizedCompiler.Compile(
        dims,
        (sizes, dependence) =>
        {
            Graph rewritten = Bound(graph, dims, sizes);
            rewritten.SizeDependence = dependence;
            PassRunner.Run(rewritten, PassPipelines.Optimize, default);
            PassRunner.Run(rewritten, PassPipelines.Lowering, default);
            return rewritten;
        },
        null,
        allowsWinograd: true,
        default).Model;

    /// <summary>A copy of the graph with its sizes fixed.</summary>
    public static Graph Bound(Graph graph, IReadOnlyList<PlanDim> dims, IReadOnlyList<long> sizes)
    {
        Graph bound = GraphClone.Clone(graph);
        DimBinder.Bind(bound, dims.Select((d, i) => (d.Name, sizes[i])).ToDictionary(d => d.Name, d => (long?)d.Item2, StringComparer.Ordinal));
        return bound;
    }

    /// <summary>Asserts that the plan, after a round trip through its text, computes what the reference evaluation does.</summary>
    public static void Check(Graph graph, CompiledModel model, params long[] sizes)
    {
        string text = PlanWriter.Write(model.Plan with { ClassName = "Model" });
        ExecutionPlan read = PlanReader.Read(text);
        Assert.Equal(text, PlanWriter.Write(read));
        Graph bound = Bound(graph, model.Plan.Dims, sizes);
        IReadOnlyList<Tensor> inputs = SeededInputs.Make(bound, 1)[0];
        using PlanInterpreter interpreter = new(PlanSizes.At(model with { Plan = read }, sizes));
        Tensor[] actual = interpreter.Run(inputs);
        IReadOnlyList<Tensor> expected = ReferenceEvaluator.Run(bound, inputs);
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected[i].Dims.ToArray(), actual[i].Dims.ToArray());
            OutputError error = OutputError.Measure($"output {i}", [(expected[i], actual[i])]);
            Assert.True(error.MaxRelative <= PlanAgainstReference.Tolerance, $"at {string.Join('x', sizes)}: output {i}: {error.Worst}");
        }
    }
}
