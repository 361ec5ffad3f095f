using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
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

    /// <summary>Compiles one node that takes everything from the call, and checks every call.</summary>
    /// <param name="calls">Inputs of equal types; null omits one.</param>
    public static CompiledModel CheckNode(string op, AttributeMap attributes, int outputs, params IReadOnlyList<Tensor?[]> calls)
    {
        Graph graph = NodeOf(op, attributes, outputs, calls[0]);
        CompiledModel model = Compile(graph);
        foreach (Tensor?[] call in calls)
        {
            Check(graph, model, [.. call.OfType<Tensor>()]);
        }

        return model;
    }

    /// <summary>Asserts that a call is refused both by the reference evaluation and in the call, with a message that names the operator.</summary>
    public static void Refuses(string op, AttributeMap attributes, int outputs, Tensor?[] typical, string message, params Tensor?[] call)
    {
        Graph graph = NodeOf(op, attributes, outputs, typical);
        using PlanInterpreter interpreter = new(Compile(graph));
        Tensor[] inputs = [.. call.OfType<Tensor>()];
        Assert.ThrowsAny<Exception>(() => ReferenceEvaluator.Run(graph, inputs));
        Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(() => interpreter.Run(inputs)).Message, StringComparison.Ordinal);
    }

    private static Graph NodeOf(string op, AttributeMap attributes, int outputs, Tensor?[] inputs)
    {
        Graph graph = new(Operators.Set);
        Value?[] values = [.. inputs.Select((t, i) => t is null ? null : graph.AddInput($"x{i}", t.Type))];
        Node node = graph.AddNode("", op, "node", values, [.. Enumerable.Range(0, outputs).Select(i => $"y{i}")], attributes);
        foreach (Value? output in node.Outputs)
        {
            graph.AddOutput(output!.Name, output);
        }

        TypeInference.Run(graph);
        return graph;
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
