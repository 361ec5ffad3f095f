using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Passes;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Planning.Sizes;
using ModelBuild.Compiler.Tests.Ops;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Tests.Planning.Sizes;

/// <summary>Compiles graphs with sizes that steps count, and compares the plan with the reference evaluation.</summary>
internal static class CountedHarness
{
    /// <summary>Compiles through all passes and sends the plan through its text.</summary>
    public static CompiledModel Compile(Graph graph)
    {
        CompiledModel model = SizedCompiler.Compile(
            [],
            (_, dependence) =>
            {
                Graph rewritten = GraphClone.Clone(graph);
                rewritten.SizeDependence = dependence;
                PassRunner.Run(rewritten, PassPipelines.Optimize, default);
                PassRunner.Run(rewritten, PassPipelines.Lowering, default);
                return rewritten;
            },
            null,
            allowsWinograd: true,
            default).Model;
        string text = PlanWriter.Write(model.Plan with { ClassName = "Model" });
        ExecutionPlan read = PlanReader.Read(text);
        Assert.Equal(text, PlanWriter.Write(read));
        return model with { Plan = read };
    }

    /// <summary>Asserts that a plan computes what the reference evaluation does, sizes included.</summary>
    /// <returns>The results.</returns>
    public static Tensor[] Check(Graph graph, CompiledModel model, params Tensor[] inputs)
    {
        using PlanInterpreter interpreter = new(model);
        Tensor[] actual = interpreter.Run(inputs);
        OpHarness.AssertEqual(ReferenceEvaluator.Run(graph, inputs), actual);

        // Steps that were bound for other sizes in between must not be left over.
        OpHarness.AssertEqual(actual, interpreter.Run(inputs));
        return actual;
    }
}
