using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Passes;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Tests.Planning;

namespace ModelBuild.Compiler.Tests.Passes;

public sealed class WidenHalfTests
{
    [Fact]
    public void Ports_keep_half_precision_and_nodes_work_on_binary32()
    {
        Graph graph = Network();

        PassRunner.Run(graph, PassPipelines.Optimize, default);

        Assert.Equal(DType.F16, graph.Inputs[0].Type.DType);
        Assert.All(graph.Outputs, o => Assert.Equal(DType.F16, o.Value.Type.DType));
        Assert.All(graph.Nodes.Where(n => n.OpType != "Cast"), n => Assert.Equal(DType.F32, n.Output.Type.DType));
        Assert.All(graph.Nodes.SelectMany(n => n.Inputs).Where(v => v?.Constant is not null), v => Assert.Equal(DType.F32, v!.Type.DType));
        Assert.Equal(3, graph.Nodes.Count(n => n.OpType == "Cast"));
    }

    [Fact]
    public void The_plan_computes_what_the_source_does_but_for_its_roundings()
    {
        Graph source = Network();
        TypeInference.Run(source);
        Tensor wide = PlanAgainstReference.Filled(new Random(3), 1, 3, 6, 6);
        Tensor x = Tensor.Create<Half>([.. wide.Span<float>().ToArray().Select(v => (Half)v)], 1, 3, 6, 6);
        IReadOnlyList<Tensor> expected = ReferenceEvaluator.Run(source, [x]);
        Graph lowered = GraphClone.Clone(source);
        PassRunner.Run(lowered, PassPipelines.Optimize, default);
        PassRunner.Run(lowered, PassPipelines.Lowering, default);
        using PlanInterpreter plan = new(Planner.Plan(lowered));

        Tensor[] actual = plan.Run([x]);

        for (int i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected[i].Type, actual[i].Type);

            // Three roundings to 11 bits of values below 8.
            Assert.All(expected[i].ToDoubleArray().Zip(actual[i].ToDoubleArray()), p => Assert.InRange(p.First - p.Second, -3 * 8.0 / 2048, 3 * 8.0 / 2048));
        }
    }

    [Fact]
    public void A_constant_that_is_an_output_keeps_its_type_there_and_is_widened_for_nodes()
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F16, Shape.Of(2)));
        Value c = graph.AddConstant("c", Tensor.Vector((Half)1.5f, (Half)2));
        graph.AddOutput("c", c);
        graph.AddOutput("y", graph.Add("Add", "sum", [x, c]));

        PassRunner.Run(graph, PassPipelines.Optimize, default);

        Assert.All(graph.Outputs, o => Assert.Equal(DType.F16, o.Value.Type.DType));
        Assert.True(graph.Outputs[0].Value.IsConstant);
        Assert.Equal(DType.F32, Assert.Single(graph.Nodes, n => n.OpType == "Add").Output.Type.DType);
    }

    [Fact]
    public void A_binary32_graph_is_left_alone()
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, Shape.Of(2)));
        graph.AddOutput("y", graph.Add("Relu", "relu", [x]));
        TypeInference.Run(graph);

        Assert.False(new WidenHalf().Run(graph, default));
    }

    /// <summary>A cast to half precision amid the graph, an output that other nodes read, and constants.</summary>
    private static Graph Network()
    {
        Random random = new(1);
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F16, Shape.Of(1, 3, 6, 6)));
        Tensor weights = PlanAgainstReference.Filled(random, 4, 3, 3, 3);
        Value w = graph.AddConstant("w", Tensor.Create<Half>([.. weights.Span<float>().ToArray().Select(v => (Half)v)], weights.Dims));
        Value conv = graph.Add("Conv", "conv", [x, w]);
        Value single = graph.Add("Cast", "single", [conv], new AttributeMap { { "to", (long)DType.F32 } });
        Value back = graph.Add("Cast", "back", [graph.Add("Relu", "relu", [single])], new AttributeMap { { "to", (long)DType.F16 } });
        graph.AddOutput("raw", conv);
        graph.AddOutput("y", graph.Add("Add", "add", [back, graph.AddConstant("one", Tensor.Scalar((Half)1))]));
        return graph;
    }
}
