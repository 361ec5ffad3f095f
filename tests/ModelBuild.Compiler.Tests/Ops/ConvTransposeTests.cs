using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Tests.Planning;

namespace ModelBuild.Compiler.Tests.Ops;

public sealed class ConvTransposeTests
{
    [RealModelTheory]
    [InlineData("convtranspose")]
    [InlineData("convtranspose_1d")]
    [InlineData("convtranspose_autopad_same")]
    [InlineData("convtranspose_dilations")]
    [InlineData("convtranspose_group_2")]
    [InlineData("convtranspose_group_2_image_3")]
    [InlineData("convtranspose_kernel_shape")]
    [InlineData("convtranspose_output_shape")]
    [InlineData("convtranspose_pad")]
    [InlineData("convtranspose_pads")]
    public void Published_results_are_met(string name) => PublishedCases.Check($"test_{name}");

    [Fact]
    public void Each_element_adds_its_multiple_of_the_kernel()
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, Shape.Of(1, 1, 2)));
        Value w = graph.AddConstant("w", Tensor.Create<float>([1, 10, 100], 1, 1, 3));
        Value b = graph.AddConstant("b", Tensor.Vector<float>(0.5f));
        Value y = graph.Add("ConvTranspose", "up", [x, w, b], new AttributeMap { { "strides", [2] } });

        Tensor result = y.Producer!.Op!.Evaluate(new EvaluationContext(y.Producer, [Tensor.Create<float>([1, 2], 1, 1, 2), w.Constant, b.Constant]))[0];

        Assert.Equal([1.5f, 10.5f, 102.5f, 20.5f, 200.5f], result.Span<float>().ToArray());
    }

    [Theory]
    [InlineData(4, 2, 1, 0, 1, 1)]
    [InlineData(3, 2, 1, 1, 1, 1)]
    [InlineData(2, 2, 0, 0, 2, 1)]
    [InlineData(3, 1, 1, 0, 4, 2)]
    [InlineData(5, 3, 2, 2, 1, 1)]
    public void Plans_agree_with_the_reference_and_apply_the_activation(int kernel, int stride, int pad, int extra, int groups, int dilation)
    {
        Random random = new(kernel + stride);
        for (int i = 0; i < 3; i++)
        {
            int inC = 4 * random.Next(1, 5);
            Graph graph = new(Operators.Set);
            Value x = graph.AddInput("x", new TensorType(DType.F32, Shape.Of(random.Next(1, 3), inC, random.Next(3, 9), random.Next(3, 9))));
            Value w = graph.AddConstant("w", PlanAgainstReference.Filled(random, inC, random.Next(1, 9), kernel, kernel));
            Value y = graph.Add("ConvTranspose", "up", [x, w], new AttributeMap
            {
                { "strides", [stride, stride] }, { "pads", [pad, pad, pad, pad] }, { "output_padding", [extra, extra] }, { "dilations", [dilation, dilation] }, { "group", groups },
            });
            graph.AddOutput("y", graph.Add("Relu", "relu", [y]));

            CompiledModel model = PlanAgainstReference.Check(graph, i);

            Assert.Single(model.Plan.Steps, s => s.Kernel == (stride == 1 ? "Conv.F32" : "ConvTranspose.F32"));
            Assert.DoesNotContain(model.Plan.Steps, s => s.Kernel.StartsWith("Unary", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Channels_that_do_not_fit_the_weights_are_an_error()
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, Shape.Of(1, 3, 4, 4)));
        graph.AddOutput("y", graph.Add("ConvTranspose", "up", [x, graph.AddConstant("w", new Tensor(DType.F32, [4, 2, 2, 2]))]));

        ModelBuildException error = Assert.Throws<ModelBuildException>(() => TypeInference.Run(graph));

        Assert.Equal(Descriptors.ShapeMismatch, error.Diagnostics[0].Descriptor);
    }
}
