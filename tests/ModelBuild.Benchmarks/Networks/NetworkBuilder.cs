using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Output;

namespace ModelBuild.Benchmarks.Networks;

/// <summary>Builds a network as frameworks export it, with weights drawn from a seed so that values keep their size from layer to layer.</summary>
internal sealed class NetworkBuilder(string name)
{
    private const float BiasScale = 0.1f;

    private readonly Random _random = new(1);
    private readonly Graph _graph = new(Operators.Set, name);
    private int _count;

    /// <summary>An input of floats.</summary>
    public Value Input(params long[] dims) => _graph.AddInput("x", new TensorType(DType.F32, Shape.Of(dims)));

    /// <summary>A node of one output.</summary>
    public Value Add(string opType, Value?[] inputs, AttributeMap? attributes = null) => AddNode(opType, inputs, attributes, 1).Output;

    /// <summary>A node of several outputs.</summary>
    public Node AddNode(string opType, Value?[] inputs, AttributeMap? attributes, int outputs)
    {
        string node = $"{opType}{_count++}";
        Node added = _graph.AddNode("", opType, node, inputs, [.. Enumerable.Range(0, outputs).Select(i => $"{node}_{i}")], attributes);
        TypeInference.Run(added);
        return added;
    }

    /// <summary>A constant with numbers in [-scale, scale).</summary>
    public Value Draw(float scale, params long[] dims)
    {
        Tensor tensor = new(DType.F32, dims);
        foreach (ref float value in tensor.MutableSpan<float>())
        {
            value = ((2 * _random.NextSingle()) - 1) * scale;
        }

        return Constant(tensor);
    }

    /// <summary>A constant.</summary>
    public Value Constant(Tensor tensor) => _graph.AddConstant($"w{_count++}", tensor);

    /// <summary>A vector of integers.</summary>
    public Value Longs(params long[] values) => Constant(Tensor.Vector<long>(values));

    /// <summary>A convolution with bias, padded to <c>ceil(size / stride)</c>, or not at all.</summary>
    /// <param name="gain">Variance of the output relative to that of the input; a rectifier halves it.</param>
    public Value Conv(Value x, long channels, long kernelHeight, long kernelWidth, long stride = 1, long group = 1, bool isPadded = true, float gain = 2)
    {
        long perGroup = x.Type.Shape![1].Value / group;
        float scale = MathF.Sqrt(3 * gain / (perGroup * kernelHeight * kernelWidth));
        AttributeMap attributes = new() { { "kernel_shape", [kernelHeight, kernelWidth] }, { "strides", [stride, stride] }, { "group", group } };
        if (isPadded)
        {
            attributes.Add("pads", Pads(x, kernelHeight, kernelWidth, stride));
        }

        return Add("Conv", [x, Draw(scale, channels, perGroup, kernelHeight, kernelWidth), Draw(BiasScale, channels)], attributes);
    }

    /// <summary>A 3x3 convolution of each channel by itself.</summary>
    public Value Depthwise(Value x, long stride = 1) => Conv(x, x.Type.Shape![1].Value, 3, 3, stride, x.Type.Shape![1].Value);

    public Value Relu(Value x) => Add("Relu", [x]);

    public Value Relu6(Value x) => Add("Clip", [x, Constant(Tensor.Scalar(0f)), Constant(Tensor.Scalar(6f))]);

    public Value MaxPool(Value x, long size, long stride, long pad = 0) =>
        Add("MaxPool", [x], new AttributeMap { { "kernel_shape", [size, size] }, { "strides", [stride, stride] }, { "pads", [pad, pad, pad, pad] } });

    /// <summary>The mean of each channel, flattened to a row.</summary>
    public Value MeanOfChannels(Value x) => Add("Flatten", [Add("GlobalAveragePool", [x])]);

    /// <summary>A fully connected layer as PyTorch exports it: weights of <c>[outputs, inputs]</c>.</summary>
    public Value Dense(Value x, long outputs, float gain = 2)
    {
        long inputs = x.Type.Shape![1].Value;
        return Add("Gemm", [x, Draw(MathF.Sqrt(3 * gain / inputs), outputs, inputs), Draw(BiasScale, outputs)], new AttributeMap { { "transB", 1L } });
    }

    public Value Softmax(Value x) => Add("Softmax", [x], new AttributeMap { { "axis", -1L } });

    /// <summary>Ends the network and writes it as ONNX.</summary>
    public byte[] Finish(Value output)
    {
        _graph.AddOutput("y", output);
        TypeInference.Run(_graph);
        using MemoryStream stream = new();
        OnnxWriter.Write(_graph, stream);
        return stream.ToArray();
    }

    private static long[] Pads(Value x, long kernelHeight, long kernelWidth, long stride)
    {
        long height = Pad(x.Type.Shape![2].Value, kernelHeight, stride);
        long width = Pad(x.Type.Shape[3].Value, kernelWidth, stride);
        return [height / 2, width / 2, height - (height / 2), width - (width / 2)];
    }

    private static long Pad(long size, long kernel, long stride) => Math.Max(0, (((size + stride - 1) / stride) - 1) * stride + kernel - size);
}
