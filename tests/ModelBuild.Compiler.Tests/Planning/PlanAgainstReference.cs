using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Passes;
using ModelBuild.Compiler.Planning;

namespace ModelBuild.Compiler.Tests.Planning;

/// <summary>Lowers a graph through all passes, runs its plan on the runtime's kernels, and compares with the source graph's reference evaluation.</summary>
internal static class PlanAgainstReference
{
    /// <summary>Reassociated binary32 sums of a few hundred products in [-1, 1): well below 1e-4 (the bound against ONNX Runtime).</summary>
    public const double Tolerance = 1e-4;

    /// <summary>Asserts that every output agrees and returns the plan.</summary>
    public static CompiledModel Check(Graph graph, int seed = 1)
    {
        TypeInference.Run(graph);
        Random random = new(seed);
        Tensor[] inputs = [.. graph.Inputs.Select(i => Filled(random, i.Type.Shape!.ToArray()))];
        IReadOnlyList<Tensor> expected = ReferenceEvaluator.Run(graph, inputs);
        Graph lowered = GraphClone.Clone(graph);
        PassRunner.Run(lowered, PassPipelines.Optimize, default);
        PassRunner.Run(lowered, PassPipelines.Lowering, default);
        CompiledModel model = Planner.Plan(lowered);
        using PlanInterpreter interpreter = new(model);
        Tensor[] actual = interpreter.Run(inputs);
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected[i].Type, actual[i].Type);
            double[] e = expected[i].ToDoubleArray();
            double[] a = actual[i].ToDoubleArray();
            double scale = Math.Max(1, e.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max());
            for (int j = 0; j < e.Length; j++)
            {
                Assert.True(e[j].Equals(a[j]) || Math.Abs(e[j] - a[j]) <= Tolerance * scale, $"output {i}, element {j}: {e[j]} expected, {a[j]} computed");
            }
        }

        return model;
    }

    /// <summary>Values in [-1, 1).</summary>
    public static Tensor Filled(Random random, params long[] dims)
    {
        Tensor tensor = new(DType.F32, dims);
        foreach (ref float value in tensor.MutableSpan<float>())
        {
            value = (random.NextSingle() * 2) - 1;
        }

        return tensor;
    }
}
