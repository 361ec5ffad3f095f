using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;

namespace ModelBuild.Compiler.Tests.Ops.Text;

/// <summary>Runs a graph with strings by reference evaluation, as a compiled plan and in ONNX Runtime, and asserts that all agree.</summary>
internal static class TextReferee
{
    /// <summary>A graph of one node.</summary>
    public static Graph GraphOf(string op, AttributeMap attributes, Tensor[] inputs, string domain = "", int outputs = 1, Tensor[]? constants = null)
    {
        Graph graph = new(Operators.Set, "test");
        if (domain.Length > 0)
        {
            graph.Opsets[domain] = 1;
        }

        Value?[] values = [.. inputs.Select((x, i) => graph.AddInput($"x{i}", x.Type)), .. (constants ?? []).Select((c, i) => graph.AddConstant($"c{i}", c))];
        Node node = graph.AddNode(domain, op, "node", values, [.. Enumerable.Range(0, outputs).Select(i => $"y{i}")], attributes);
        foreach (Value? output in node.Outputs)
        {
            graph.AddOutput(output!.Name, output);
        }

        TypeInference.Run(graph);
        return graph;
    }

    /// <summary>Compares all three.</summary>
    /// <param name="plan">False where the sizes of the result depend on values.</param>
    public static Tensor[] Compare(Graph graph, Tensor[] inputs, bool plan = true)
    {
        Tensor[] runtime = OnnxRuntimeReference.Run(graph, inputs);
        Tensor[] reference = [.. ReferenceEvaluator.Run(graph, inputs)];
        AssertEqual("reference", runtime, reference);
        if (plan)
        {
            AssertEqual("plan", runtime, OpHarness.RunPlan(graph, inputs));
        }

        return reference;
    }

    /// <summary>Compares a node of one operator.</summary>
    public static Tensor[] Compare(string op, AttributeMap attributes, Tensor[] inputs, string domain = "", int outputs = 1, Tensor[]? constants = null, bool plan = true) =>
        Compare(GraphOf(op, attributes, inputs, domain, outputs, constants), inputs, plan);

    private static void AssertEqual(string what, Tensor[] expected, Tensor[] actual)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i].Type, actual[i].Type);
            if (expected[i].DType == DType.String)
            {
                Assert.Equal(expected[i].ToStringArray(), actual[i].ToStringArray());
            }
            else
            {
                string? difference = OpHarness.Difference(expected[i], actual[i]);
                Assert.True(difference is null, $"{what}, output {i}: {difference}");
            }
        }
    }
}
