using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Planning;

namespace ModelBuild.Compiler.Tests.Ops.Quantized;

public sealed class DynamicQuantizeLinearTests
{
    [Theory]
    [InlineData(new float[] { 0, 51, 255 }, 1f, 0, new byte[] { 0, 51, 255 })]
    [InlineData(new float[] { -1, 4.1f, 0 }, 0.02f, 50, new byte[] { 0, 255, 50 })]
    [InlineData(new float[] { -255, -0.5f, -1.5f }, 1f, 255, new byte[] { 0, 255, 253 })]
    [InlineData(new float[] { 0, 0, 0 }, 1f, 0, new byte[] { 0, 0, 0 })]
    public void Range_always_holds_zero(float[] x, float scale, byte zero, byte[] y)
    {
        Graph graph = new(Operators.Set);
        Node node = graph.AddNode("", "DynamicQuantizeLinear", "q", [graph.AddInput("x", new TensorType(DType.F32, Shape.Of([3])))], ["y", "s", "z"]);
        foreach (Value? output in node.Outputs)
        {
            graph.AddOutput(output!.Name, output);
        }

        TypeInference.Run(graph);
        Tensor input = Tensor.Vector<float>(x);
        IReadOnlyList<Tensor> expected = ReferenceEvaluator.Run(graph, [input]);
        using PlanInterpreter plan = new(Planner.Plan(graph));
        Tensor[] actual = plan.Run([input]);

        Assert.Equal(y, expected[0].Bytes.ToArray());
        Assert.Equal(scale, expected[1].Span<float>()[0], 1e-6f);
        Assert.Equal(zero, expected[2].Span<byte>()[0]);
        Assert.All(expected.Zip(actual), p => Assert.Equal(p.First.Bytes.ToArray(), p.Second.Bytes.ToArray()));
    }
}
