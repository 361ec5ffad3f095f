using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Passes;
using ModelBuild.Compiler.Tests.Planning;

namespace ModelBuild.Compiler.Tests.Passes;

/// <summary>Runs passes on a copy of a graph and holds the outputs against those before, by the reference evaluation.</summary>
internal static class PassCheck
{
    /// <summary>Weights that a pass computes are rounded to binary32 once (2^-24), and sums are added in another order: far below this part of the largest output.</summary>
    public const double Tolerance = 2e-5;

    /// <summary>Runs one pass until it rests; asserts equal outputs and that it then really rests.</summary>
    public static Graph Run(Graph graph, params IPass[] passes)
    {
        Graph copy = GraphClone.Clone(graph);
        PassRunner.Run(copy, passes, default);
        foreach (IPass pass in passes)
        {
            Assert.False(pass.Run(copy, default), $"{pass.Name} changes its own result");
        }

        if (GraphPrinter.Print(copy) != GraphPrinter.Print(graph))
        {
            AssertSameOutputs(graph, copy);
        }

        return copy;
    }

    /// <summary>Asserts that a pass finds nothing to do.</summary>
    public static void Untouched(Graph graph, IPass pass)
    {
        Graph copy = GraphClone.Clone(graph);
        TypeInference.Run(copy);
        string before = GraphPrinter.Print(copy);
        Assert.False(pass.Run(copy, default), $"{pass.Name} rewrote:\n{before}\nto:\n{GraphPrinter.Print(copy)}");
        Assert.Equal(before, GraphPrinter.Print(copy));
    }

    /// <summary>Operators of the graph in order, internal ones marked.</summary>
    public static string Ops(Graph graph) => string.Join(' ', graph.Nodes.Select(n => n.Domain.Length > 0 ? $"*{n.OpType}" : n.OpType));

    /// <summary>Evaluates both on the same random inputs.</summary>
    public static void AssertSameOutputs(Graph before, Graph after, int seed = 9)
    {
        TypeInference.Run(before);
        TypeInference.Run(after);
        Random random = new(seed);
        Tensor[] inputs = [.. before.Inputs.Select(i => PlanAgainstReference.Filled(random, i.Type.Shape!.ToArray()))];
        IReadOnlyList<Tensor> expected = ReferenceEvaluator.Run(before, inputs);
        IReadOnlyList<Tensor> actual = ReferenceEvaluator.Run(after, inputs);
        Assert.Equal(expected.Count, actual.Count);
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.Equal(before.Outputs[i].Name, after.Outputs[i].Name);
            Assert.Equal(expected[i].Type, actual[i].Type);
            double[] e = expected[i].ToDoubleArray();
            double[] a = actual[i].ToDoubleArray();
            double scale = e.Where(double.IsFinite).Select(Math.Abs).Append(1).Max();
            for (int j = 0; j < e.Length; j++)
            {
                bool same = e[j].Equals(a[j]) || Math.Abs(e[j] - a[j]) <= Tolerance * scale;
                Assert.True(same, $"output {i}, element {j}: {e[j]} before, {a[j]} after\n{GraphPrinter.Print(before)}\nto:\n{GraphPrinter.Print(after)}");
            }
        }
    }
}
