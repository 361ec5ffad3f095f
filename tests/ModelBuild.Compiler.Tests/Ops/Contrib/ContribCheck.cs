using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;

namespace ModelBuild.Compiler.Tests.Ops.Contrib;

/// <summary>Runs one node of ONNX Runtime's own domain on ONNX Runtime, by reference evaluation and as a plan.</summary>
internal static class ContribCheck
{
    /// <summary>ONNX Runtime approximates exponentials and error functions in binary32 and sums in another order; relative to the largest element.</summary>
    public const double Tolerance = 2e-5;

    /// <summary>Asserts that all three agree.</summary>
    /// <param name="variables">Inputs known only when the model runs, by place; the others are constants.</param>
    public static Tensor[] Run(string op, AttributeMap attributes, Tensor?[] inputs, int[] variables, int outputs = 1, string domain = "com.microsoft", double tolerance = Tolerance, int[]? wanted = null)
    {
        Graph graph = GraphOf(op, attributes, inputs, variables, outputs, domain, wanted);
        Tensor[] given = [.. variables.Select(i => inputs[i]!)];
        Tensor[] expected = inputs.Any(t => t?.DType == DType.I8) ? OnnxRuntimeReference.RunExactly(graph, given) : OnnxRuntimeReference.Run(graph, given);
        TypeInference.Run(graph);
        AssertNear("reference", expected, ReferenceEvaluator.Run(graph, given), tolerance);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i].Type, graph.Outputs[i].Value.Type);
        }

        AssertNear("plan", expected, OpHarness.RunPlan(graph, given), tolerance);
        return expected;
    }

    /// <summary>The results of the plan, for what ONNX Runtime does not run.</summary>
    public static Tensor[] Plan(string op, AttributeMap attributes, Tensor?[] inputs, int[] variables)
    {
        Graph graph = GraphOf(op, attributes, inputs, variables, 1, "com.microsoft", null);
        TypeInference.Run(graph);
        return OpHarness.RunPlan(graph, [.. variables.Select(i => inputs[i]!)]);
    }

    /// <summary>Asserts that inference refuses the node.</summary>
    public static string Refuses(DiagnosticDescriptor descriptor, string op, AttributeMap attributes, params Tensor?[] inputs) =>
        Errors.Expect(descriptor, () => TypeInference.Run(GraphOf(op, attributes, inputs, [0], 1, "com.microsoft", null)));

    /// <summary>Uniform values from -1 to 1.</summary>
    public static Tensor Random(int seed, params long[] dims)
    {
        Random random = new(seed);
        Tensor tensor = new(DType.F32, dims);
        foreach (ref float value in tensor.MutableSpan<float>())
        {
            value = (random.NextSingle() * 2) - 1;
        }

        return tensor;
    }

    /// <summary>Bytes of any value, as elements of an 8-bit type.</summary>
    public static Tensor RandomBytes(int seed, DType type, params long[] dims)
    {
        Tensor tensor = new(type, dims);
        new Random(seed).NextBytes(tensor.MutableBytes());
        return tensor;
    }

    /// <summary>Signed bytes of seven bits: what ONNX Runtime multiplies exactly on processors without VNNI too.</summary>
    public static Tensor SevenBits(int seed, params long[] dims)
    {
        Tensor tensor = RandomBytes(seed, DType.I8, dims);
        foreach (ref sbyte value in tensor.MutableSpan<sbyte>())
        {
            value >>= 1;
        }

        return tensor;
    }

    /// <summary>Integers from low to below high.</summary>
    public static Tensor Integers(int seed, int low, int high, params long[] dims)
    {
        Random random = new(seed);
        Tensor tensor = new(DType.I32, dims);
        foreach (ref int value in tensor.MutableSpan<int>())
        {
            value = random.Next(low, high);
        }

        return tensor;
    }

    /// <summary>Fails unless types and values agree.</summary>
    public static void AssertNear(string what, IReadOnlyList<Tensor> expected, IReadOnlyList<Tensor> actual, double tolerance)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected[i].Type, actual[i].Type);
            string? difference = OpHarness.Difference(expected[i], actual[i], tolerance);
            Assert.True(difference is null, $"{what}, output {i}: {difference}");
        }
    }

    private static Graph GraphOf(string op, AttributeMap attributes, Tensor?[] inputs, int[] variables, int outputs, string domain, int[]? wanted)
    {
        Graph graph = new(Operators.Set, "contrib");
        graph.Opsets["com.microsoft"] = 1;
        Value?[] values = [.. inputs.Select((t, i) => t is null ? null : variables.Contains(i) ? graph.AddInput($"x{i}", t.Type) : graph.AddConstant($"c{i}", t))];
        int[] kept = wanted ?? [.. Enumerable.Range(0, outputs)];
        Node node = graph.AddNode(domain, op, "node", values, [.. Enumerable.Range(0, kept.Max() + 1).Select(i => kept.Contains(i) ? $"y{i}" : "")], attributes);
        foreach (int i in kept)
        {
            graph.AddOutput($"y{i}", node.Outputs[i]!);
        }

        return graph;
    }
}
