using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Passes;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Planning.Sizes;
using ModelBuild.Compiler.Tests.Planning.Sizes;

namespace ModelBuild.Compiler.Tests.Ops;

/// <summary>Runs one node by reference evaluation and, unless told otherwise, as a compiled plan, and asserts that inferred types and both results agree.</summary>
internal static class OpHarness
{
    /// <summary>Binary32 kernels round after each operation, the reference once: a few units in the last place of 24 bits, times the terms of a small sum.</summary>
    public const double Tolerance = 1e-5;

    /// <summary>The results of reference evaluation.</summary>
    /// <param name="variables">Inputs known only when the model runs; they come first.</param>
    /// <param name="constants">Inputs stored in the model; null omits one.</param>
    public static Tensor[] Run(string op, AttributeMap attributes, Tensor[] variables, Tensor?[]? constants = null, int outputs = 1, bool plan = true)
    {
        Graph graph = GraphOf(op, attributes, variables, constants ?? [], outputs);
        TypeInference.Run(graph);
        Tensor[] expected = [.. ReferenceEvaluator.Run(graph, variables)];
        for (int i = 0; i < outputs; i++)
        {
            Assert.Equal(expected[i].Type, graph.Outputs[i].Value.Type);
        }

        if (plan)
        {
            AssertEqual(expected, RunPlan(graph, variables));
        }

        return expected;
    }

    /// <summary>Compiles and runs a graph.</summary>
    public static Tensor[] RunPlan(Graph graph, IReadOnlyList<Tensor> inputs, CancellationToken cancellation = default)
    {
        Graph lowered = GraphClone.Clone(graph);
        PassRunner.Run(lowered, PassPipelines.Optimize, cancellation);
        PassRunner.Run(lowered, PassPipelines.Lowering, cancellation);
        using PlanInterpreter interpreter = new(CountedSizes.NextOf(lowered) is null ? Planner.Plan(lowered, cancellation: cancellation) : CountedHarness.Compile(graph));
        return interpreter.Run(inputs, cancellation);
    }

    /// <summary>A graph of one node.</summary>
    public static Graph GraphOf(string op, AttributeMap attributes, Tensor[] variables, Tensor?[] constants, int outputs = 1)
    {
        Graph graph = new(Operators.Set, "test");
        List<Value?> inputs = [.. variables.Select((v, i) => graph.AddInput($"x{i}", v.Type))];
        inputs.AddRange(constants.Select((c, i) => c is null ? null : graph.AddConstant($"c{i}", c)));
        Node node = graph.AddNode("", op, "node", inputs, [.. Enumerable.Range(0, outputs).Select(i => $"y{i}")], attributes);
        foreach (Value? output in node.Outputs)
        {
            graph.AddOutput(output!.Name, output);
        }

        return graph;
    }

    /// <summary>Asserts equal types and values: exactly, floating point within <see cref="Tolerance"/> of the largest.</summary>
    public static void AssertEqual(IReadOnlyList<Tensor> expected, IReadOnlyList<Tensor> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected[i].Type, actual[i].Type);
            Assert.Null(Difference(expected[i], actual[i]));
        }
    }

    /// <summary>The first differing element, or null.</summary>
    public static string? Difference(Tensor expected, Tensor actual, double tolerance = Tolerance)
    {
        if (!DTypes.IsFloat(expected.DType))
        {
            return expected.Bytes.SequenceEqual(actual.Bytes) ? null : $"{expected.DType} elements differ";
        }

        double[] e = expected.ToDoubleArray();
        double[] a = actual.ToDoubleArray();
        double scale = Math.Max(1, e.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max());
        for (int i = 0; i < e.Length; i++)
        {
            bool equal = double.IsFinite(e[i]) && double.IsFinite(a[i]) ? Math.Abs(e[i] - a[i]) <= tolerance * scale : e[i].Equals(a[i]);
            if (!equal)
            {
                return $"element {i}: {e[i]} expected, {a[i]} computed";
            }
        }

        return null;
    }

    /// <summary>Small whole numbers 1, 2, 3, ... in any element type that moves data.</summary>
    public static Tensor Counting(DType type, params long[] dims)
    {
        Tensor tensor = new(type, dims);
        int count = tensor.Count;
        for (int i = 0; i < count; i++)
        {
            int value = type == DType.Bool ? i % 2 : (i % 100) + 1;
            switch (type)
            {
                case DType.F32: tensor.MutableSpan<float>()[i] = value; break;
                case DType.F64: tensor.MutableSpan<double>()[i] = value; break;
                case DType.F16: tensor.MutableSpan<Half>()[i] = (Half)value; break;
                case DType.I16: tensor.MutableSpan<short>()[i] = (short)value; break;
                case DType.U16: tensor.MutableSpan<ushort>()[i] = (ushort)value; break;
                case DType.I32: tensor.MutableSpan<int>()[i] = value; break;
                case DType.U32: tensor.MutableSpan<uint>()[i] = (uint)value; break;
                case DType.I64: tensor.MutableSpan<long>()[i] = value; break;
                case DType.U64: tensor.MutableSpan<ulong>()[i] = (ulong)value; break;
                default: tensor.MutableBytes()[i] = (byte)value; break;
            }
        }

        return tensor;
    }
}
