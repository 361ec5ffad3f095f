using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Passes;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Tests.Ops;
using ModelBuild.Compiler.Tests.Passes;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Tests.Planning;

/// <summary>Convolutions to few channels, of which neighbouring outputs are computed as channels of one.</summary>
public sealed class NarrowConvTests
{
    // More than the planes of a picture, which have a kernel of their own.
    private const int Inputs = 5;

    [Theory]
    [InlineData(3, 9, 1, 1, 20, 15)]
    [InlineData(8, 3, 2, 1, 24, 16)]
    [InlineData(1, 5, 1, 2, 32, 16)]
    [InlineData(2, 3, 1, 1, 18, 12)]
    public void NeighboursBecomeChannels(int outputs, int kernel, int stride, int dilation, int width, int channels)
    {
        foreach ((int batch, bool hasBias) in new[] { (1, true), (2, false) })
        {
            Random random = new(outputs);
            long pad = kernel / 2;
            long padBelow = pad * dilation;
            AttributeMap attributes = new()
            {
                { "pads", new[] { padBelow, pad, padBelow, pad } },
                { "strides", new long[] { stride, stride } },
                { "dilations", new long[] { dilation, 1 } },
            };
            Tensor x = Draw(random, batch, Inputs, 11, width * stride);
            Tensor?[] constants = [Draw(random, outputs, Inputs, kernel, kernel), hasBias ? Draw(random, outputs) : null];

            OpHarness.Run("Conv", attributes, [x], constants);
            Assert.Equal(channels, Channels(OpHarness.GraphOf("Conv", attributes, [x], constants)));
        }
    }

    [Theory]
    [InlineData(3, 1, 16)] // each window is one pixel: nothing is shared
    [InlineData(3, 9, 17)] // no number of neighbours divides the line
    [InlineData(16, 9, 16)] // the panel is full
    public void OthersStayAsTheyAre(int outputs, int kernel, int width)
    {
        Random random = new(width);
        long pad = kernel / 2;
        Tensor x = Draw(random, 1, Inputs, 9, width);
        Graph graph = OpHarness.GraphOf("Conv", new AttributeMap { { "pads", new[] { pad, pad, pad, pad } } }, [x], [Draw(random, outputs, Inputs, kernel, kernel)]);

        Assert.Equal(outputs, Channels(graph));
    }

    [Theory]
    [InlineData(0, 16)]
    [InlineData(117, 8)] // a zero point of weights goes with the sum of a window
    public void NeighboursOfBytesBecomeChannels(int weightZero, int channels)
    {
        const float Scale = 2f / 255;
        const float Step = 0.05f;
        QdqGraph q = new(weightZero);
        Value x = q.Pair(q.Input(2, Inputs, 9, 24), Scale, 125);
        (Value w, float[] scales) = q.Weights(0, weightZero != 0, weightZero, 8, Inputs, 3, 3);
        Value y = q.Graph.Add("Conv", "conv", [x, w, q.Bias(Scale, scales)], new AttributeMap { { "pads", [1L, 1, 1, 1] }, { "strides", [2L, 2] } });

        q.Check(q.Pair(y, Step, 128), Step, 1);

        Assert.Equal(channels, Channels(q.Graph, "ConvU8S8.ToU8"));
    }

    private static int Channels(Graph graph, string kernel = "Conv.F32")
    {
        TypeInference.Run(graph);
        Graph lowered = GraphClone.Clone(graph);
        PassRunner.Run(lowered, PassPipelines.Optimize, default);
        PassRunner.Run(lowered, PassPipelines.Lowering, default);
        return Planner.Plan(lowered).Plan.Steps.Single(s => s.Kernel == kernel).Arguments.OfType<IntArgument>().Single(a => a.Name == "outC").Value;
    }

    private static Tensor Draw(Random random, params long[] dims)
    {
        Tensor tensor = new(DType.F32, dims);
        foreach (ref float value in tensor.MutableSpan<float>())
        {
            value = (float)((random.NextDouble() * 2) - 1);
        }

        return tensor;
    }
}
