using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Passes;
using ModelBuild.Compiler.Tests.Ops;

namespace ModelBuild.Compiler.Tests.Passes;

public sealed class AlignBranchRanksTests
{
    [Fact]
    public void A_scalar_and_a_vector_of_one_are_broadcast_alike()
    {
        Graph graph = Choice(out Value choice, out Value x);
        graph.AddOutput("y", graph.Add("Mul", "y", [x, choice]));
        TypeInference.Run(graph);

        foreach (bool chosen in (bool[])[true, false])
        {
            Tensor[] inputs = [Tensor.Vector<float>(1, -2, 3), Tensor.Scalar(chosen)];
            OpHarness.AssertEqual(ReferenceEvaluator.Run(graph, inputs), OpHarness.RunPlan(graph, inputs));
        }
    }

    [Fact]
    public void What_tells_ranks_apart_keeps_them_apart()
    {
        Graph graph = Choice(out Value choice, out Value x);
        graph.AddOutput("y", graph.Add("Mul", "y", [x, choice]));
        graph.AddOutput("rank", graph.Add("Size", "rank", [graph.Add("Shape", "shape", [choice])]));
        TypeInference.Run(graph);
        Tensor[] inputs = [Tensor.Vector<float>(1, -2, 3), Tensor.Scalar(true)];

        Errors.Expect(Descriptors.UnsetDimension, () => OpHarness.RunPlan(graph, inputs));
    }

    [Fact]
    public void A_result_of_the_model_keeps_its_rank()
    {
        Graph graph = Choice(out Value choice, out Value x);
        graph.AddOutput("y", graph.Add("Mul", "y", [x, choice]));
        graph.AddOutput("choice", choice);
        TypeInference.Run(graph);
        new CloseSubgraphs().Run(graph, default);

        Assert.False(new AlignBranchRanks().Run(graph, default));
    }

    [Fact]
    public void Two_results_of_few_axes_do_not_make_one_of_more()
    {
        // The product has the axes of the choice, whichever branch is taken.
        Graph graph = Choice(out Value choice, out _);
        graph.AddOutput("y", graph.Add("Mul", "y", [choice, graph.AddConstant("two", Tensor.Scalar(2f))]));
        TypeInference.Run(graph);
        new CloseSubgraphs().Run(graph, default);

        Assert.False(new AlignBranchRanks().Run(graph, default));
    }

    private static Graph Choice(out Value choice, out Value x)
    {
        Graph graph = new(Operators.Set);
        x = graph.AddInput("x", new TensorType(DType.F32, Shape.Of([3])));
        Value condition = graph.AddInput("condition", new TensorType(DType.Bool, Shape.Scalar));
        Graph then = new(Operators.Set);
        then.AddOutput("scalar", then.Add("Identity", "scalar", [then.AddConstant("half", Tensor.Scalar(0.5f))]));
        Graph otherwise = new(Operators.Set);
        otherwise.AddOutput("vector", otherwise.Add("ReduceMax", "vector", [x], new AttributeMap { { "keepdims", 1L } }));
        choice = graph.AddNode("", "If", "choice", [condition], ["chosen"], new AttributeMap { { "then_branch", new GraphAttribute(then) }, { "else_branch", new GraphAttribute(otherwise) } }).Output;
        return graph;
    }
}
