using System.Text.Json;
using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Import.Keras;

/// <summary>
/// Adds the ONNX nodes of one layer. Values keep Keras's order (batch, height, width, channels); a spatial operator stands between two transposes,
/// which passes cancel later.
/// </summary>
/// <param name="graph">Receives the nodes.</param>
/// <param name="weights">Finds a layer's weights.</param>
internal sealed class KerasLayerEmitter(Graph graph, KerasWeights weights)
{
    private static readonly Dictionary<string, Func<KerasLayerEmitter, KerasLayer, Value[], Value>> s_layers = new(StringComparer.Ordinal)
    {
        ["Dense"] = static (e, layer, inputs) => e.EmitDense(layer, inputs[0]),
        ["Conv2D"] = static (e, layer, inputs) => e.EmitConv(layer, inputs[0]),
        ["DepthwiseConv2D"] = static (e, layer, inputs) => e.EmitConv(layer, inputs[0]),
        ["SeparableConv2D"] = static (e, layer, inputs) => e.EmitConv(layer, inputs[0]),
        ["MaxPooling2D"] = static (e, layer, inputs) => e.EmitPool(layer, inputs[0], "MaxPool"),
        ["AveragePooling2D"] = static (e, layer, inputs) => e.EmitPool(layer, inputs[0], "AveragePool"),
        ["GlobalAveragePooling2D"] = static (e, layer, inputs) => e.EmitGlobalPool(layer, inputs[0], "GlobalAveragePool"),
        ["GlobalMaxPooling2D"] = static (e, layer, inputs) => e.EmitGlobalPool(layer, inputs[0], "GlobalMaxPool"),
        ["BatchNormalization"] = static (e, layer, inputs) => e.EmitBatchNormalization(layer, inputs[0]),
        ["Flatten"] = static (e, layer, inputs) => e.Add("Flatten", layer.Name, [inputs[0]], new AttributeMap { { "axis", 1L } }),
        ["Reshape"] = static (e, layer, inputs) => e.Add("Reshape", layer.Name, [inputs[0], e.Constant(layer, "shape", Tensor.Vector<long>([0, .. layer.GetInts("target_shape")]))]),
        ["Activation"] = static (e, layer, inputs) => e.Activate(layer, inputs[0], layer.Name),
        ["ReLU"] = static (e, layer, inputs) => e.EmitRelu(layer, inputs[0]),
        ["LeakyReLU"] = static (e, layer, inputs) => e.Add("LeakyRelu", layer.Name, [inputs[0]], new AttributeMap { { "alpha", layer.GetFloat("negative_slope", layer.GetFloat("alpha", 0.3f)) } }),
        ["Softmax"] = static (e, layer, inputs) => e.Add("Softmax", layer.Name, [inputs[0]], new AttributeMap { { "axis", layer.GetInts("axis", -1)[0] } }),
        ["Add"] = static (e, layer, inputs) => e.Combine(layer, inputs, "Add"),
        ["Multiply"] = static (e, layer, inputs) => e.Combine(layer, inputs, "Mul"),
        ["Concatenate"] = static (e, layer, inputs) => e.Add("Concat", layer.Name, inputs, new AttributeMap { { "axis", layer.GetInts("axis", -1)[0] } }),
        ["ZeroPadding2D"] = static (e, layer, inputs) => e.EmitPadding(layer, inputs[0]),
    };

    // They do something while a network is trained only, or are no more than their input.
    private static readonly HashSet<string> s_identities = new(StringComparer.Ordinal)
    {
        "InputLayer", "Dropout", "SpatialDropout1D", "SpatialDropout2D", "GaussianNoise", "GaussianDropout", "AlphaDropout", "ActivityRegularization",
    };

    /// <summary>The graph.</summary>
    public Graph Graph => graph;

    /// <summary>True when layers of the class can be emitted.</summary>
    public static bool Supports(string className) => s_layers.ContainsKey(className) || s_identities.Contains(className);

    /// <summary>Adds a graph input with the layer's batch shape.</summary>
    public Value AddInput(KerasLayer layer)
    {
        if (!layer.TryGet("batch_input_shape", out JsonElement shape) && !layer.TryGet("batch_shape", out shape))
        {
            throw Unsupported(layer, "gives no input shape; build the model with an Input layer before saving it.");
        }

        JsonElement items = shape.ValueKind == JsonValueKind.Object ? shape.GetProperty("items") : shape;
        string name = layer.ClassName == "InputLayer" ? layer.Name : layer.Name + "_input";
        Dim[] dims = [.. items.EnumerateArray().Select((d, i) => d.ValueKind == JsonValueKind.Null ? new Dim(i == 0 ? "batch" : $"{name}_{i}") : new Dim(d.GetInt64()))];
        return graph.AddInput(name, new TensorType(DType.F32, new Shape(dims)));
    }

    /// <summary>Adds one call of a layer.</summary>
    /// <exception cref="ModelBuildException">A setting is not supported (MDB1008).</exception>
    public Value Emit(KerasLayer layer, Value[] inputs)
    {
        if (layer.GetString("data_format", "channels_last") != "channels_last")
        {
            throw Unsupported(layer, "uses data_format 'channels_first'; convert the model to channels_last before saving it.");
        }

        return s_layers.TryGetValue(layer.ClassName, out Func<KerasLayerEmitter, KerasLayer, Value[], Value>? emit) ? emit(this, layer, inputs) : inputs[0];
    }

    private static ModelBuildException Unsupported(KerasLayer layer, string what) =>
        new(Diagnostic.At(Descriptors.UnsupportedLayer, layer.Name, $"Keras layer '{layer.Name}' ({layer.ClassName}) {what}"));

    private Value Add(string opType, string name, Value?[] inputs, AttributeMap? attributes = null)
    {
        Value output = graph.Add(opType, name, inputs, attributes);
        TypeInference.Run(output.Producer!);
        return output;
    }

    private Value ToChannelsFirst(Value x, string name) => Add("Transpose", name + "/nchw", [x], new AttributeMap { { "perm", new long[] { 0, 3, 1, 2 } } });

    private Value ToChannelsLast(Value x, string name) => Add("Transpose", name + "/nhwc", [x], new AttributeMap { { "perm", new long[] { 0, 2, 3, 1 } } });

    private static Tensor Weight(KerasLayer layer, Dictionary<string, Tensor> all, string name, int rank)
    {
        if (!all.TryGetValue(name, out Tensor? tensor))
        {
            throw new ModelBuildException(Diagnostic.At(Descriptors.InvalidTensor, layer.Name, $"Keras layer '{layer.Name}' has no weight '{name}'; stored are: {string.Join(", ", all.Keys)}."));
        }

        return tensor.Rank == rank
            ? tensor
            : throw new ModelBuildException(Diagnostic.At(Descriptors.InvalidTensor, layer.Name, $"Weight '{name}' of Keras layer '{layer.Name}' has rank {tensor.Rank}; {rank} is expected."));
    }

    private Value Constant(KerasLayer layer, string name, Tensor tensor) => graph.AddConstant($"{layer.Name}/{name}", tensor);

    private Value EmitDense(KerasLayer layer, Value x)
    {
        Dictionary<string, Tensor> stored = weights.Read(layer.Name);
        Value kernel = Constant(layer, "kernel", Weight(layer, stored, "kernel", 2));
        Value? bias = stored.ContainsKey("bias") ? Constant(layer, "bias", Weight(layer, stored, "bias", 1)) : null;
        Value y;
        if (x.Type.Shape?.Rank == 2)
        {
            y = Add("Gemm", layer.Name, bias is null ? [x, kernel] : [x, kernel, bias]);
        }
        else
        {
            y = Add("MatMul", layer.Name, [x, kernel]);
            y = bias is null ? y : Add("Add", layer.Name + "/add", [y, bias]);
        }

        return Activate(layer, y, layer.Name + "/activation");
    }

    private Value EmitConv(KerasLayer layer, Value x)
    {
        Dictionary<string, Tensor> stored = weights.Read(layer.Name);
        Value? bias = stored.ContainsKey("bias") ? Constant(layer, "bias", Weight(layer, stored, "bias", 1)) : null;
        AttributeMap attributes = new() { { "strides", layer.GetInts("strides", 1, 1) }, { "dilations", layer.GetInts("dilation_rate", 1, 1) } };
        SetPadding(layer, attributes);
        Value y = ToChannelsFirst(x, layer.Name);
        if (layer.ClassName == "Conv2D")
        {
            attributes.Add("group", layer.GetInts("groups", 1)[0]);
            y = Convolve(layer, layer.Name, y, KerasKernels.ToOihw(Weight(layer, stored, "kernel", 4)), bias, attributes);
        }
        else
        {
            Tensor kernel = Weight(layer, stored, layer.ClassName == "DepthwiseConv2D" && stored.ContainsKey("kernel") ? "kernel" : "depthwise_kernel", 4);
            attributes.Add("group", kernel.Dims[2]);
            bool isSeparable = layer.ClassName == "SeparableConv2D";
            y = Convolve(layer, isSeparable ? layer.Name + "/depthwise" : layer.Name, y, KerasKernels.DepthwiseToOihw(kernel), isSeparable ? null : bias, attributes);
            y = isSeparable ? Convolve(layer, layer.Name, y, KerasKernels.ToOihw(Weight(layer, stored, "pointwise_kernel", 4)), bias, []) : y;
        }

        return Activate(layer, ToChannelsLast(y, layer.Name), layer.Name + "/activation");
    }

    private Value Convolve(KerasLayer layer, string name, Value x, Tensor kernel, Value? bias, AttributeMap attributes)
    {
        attributes.Add("kernel_shape", [kernel.Dims[2], kernel.Dims[3]]);
        Value w = graph.AddConstant(name + "/kernel", kernel);
        return Add("Conv", name, bias is null ? [x, w] : [x, w, bias], attributes);
    }

    private static void SetPadding(KerasLayer layer, AttributeMap attributes)
    {
        string padding = layer.GetString("padding", layer.GetString("border_mode", "valid"));
        attributes.Add("auto_pad", padding switch
        {
            "valid" => "VALID",
            "same" => "SAME_UPPER",
            _ => throw Unsupported(layer, $"uses padding '{padding}'; 'valid' and 'same' are supported."),
        });
    }

    private Value EmitPool(KerasLayer layer, Value x, string opType)
    {
        long[] size = layer.GetInts("pool_size", 2, 2);
        AttributeMap attributes = new() { { "kernel_shape", size }, { "strides", layer.GetInts("strides", size) } };
        SetPadding(layer, attributes);
        if (opType == "AveragePool")
        {
            attributes.Add("count_include_pad", 0L);
        }

        return ToChannelsLast(Add(opType, layer.Name, [ToChannelsFirst(x, layer.Name)], attributes), layer.Name);
    }

    private Value EmitGlobalPool(KerasLayer layer, Value x, string opType)
    {
        Value y = Add(opType, layer.Name, [ToChannelsFirst(x, layer.Name)]);
        bool keep = layer.TryGet("keepdims", out JsonElement value) && value.GetBoolean();
        return keep ? ToChannelsLast(y, layer.Name) : Add("Flatten", layer.Name + "/flatten", [y], new AttributeMap { { "axis", 1L } });
    }

    private Value EmitBatchNormalization(KerasLayer layer, Value x)
    {
        int rank = x.Type.Shape?.Rank ?? throw Unsupported(layer, "follows a layer of unknown rank.");
        long axis = layer.GetInts("axis", -1)[0];
        if ((axis != -1 && axis != rank - 1) || rank is not (2 or 4))
        {
            throw Unsupported(layer, $"normalises axis {axis} of rank {rank}; the last axis of rank 2 or 4 is supported.");
        }

        Dictionary<string, Tensor> stored = weights.Read(layer.Name);
        Tensor mean = Weight(layer, stored, "moving_mean", 1);
        float[] ones = new float[mean.Count];
        Array.Fill(ones, 1f);
        Value scale = Constant(layer, "gamma", stored.ContainsKey("gamma") ? Weight(layer, stored, "gamma", 1) : Tensor.Vector<float>(ones));
        Value shift = Constant(layer, "beta", stored.ContainsKey("beta") ? Weight(layer, stored, "beta", 1) : new Tensor(DType.F32, [mean.Count]));
        Value variance = Constant(layer, "moving_variance", Weight(layer, stored, "moving_variance", 1));
        AttributeMap attributes = new() { { "epsilon", layer.GetFloat("epsilon", 1e-3f) } };
        Value y = rank == 4 ? ToChannelsFirst(x, layer.Name) : x;
        y = Add("BatchNormalization", layer.Name, [y, scale, shift, Constant(layer, "moving_mean", mean), variance], attributes);
        return rank == 4 ? ToChannelsLast(y, layer.Name) : y;
    }

    private Value EmitRelu(KerasLayer layer, Value x)
    {
        if (layer.GetFloat("threshold", 0) != 0 || layer.GetFloat("negative_slope", 0) != 0)
        {
            throw Unsupported(layer, "uses a threshold or a negative slope.");
        }

        return layer.TryGet("max_value", out JsonElement max) ? Clip(x, layer.Name, (float)max.GetDouble()) : Add("Relu", layer.Name, [x]);
    }

    private Value Clip(Value x, string name, float max) =>
        Add("Clip", name, [x, graph.AddConstant(name + "/min", Tensor.Scalar(0f)), graph.AddConstant(name + "/max", Tensor.Scalar(max))]);

    private Value Activate(KerasLayer layer, Value x, string name)
    {
        if (!layer.TryGet("activation", out JsonElement element))
        {
            return x;
        }

        string? activation = element.ValueKind == JsonValueKind.String ? element.GetString() : element.GetProperty("class_name").GetString();
        return activation switch
        {
            "linear" => x,
            "relu" => Add("Relu", name, [x]),
            "relu6" => Clip(x, name, 6f),
            "sigmoid" => Add("Sigmoid", name, [x]),
            "tanh" => Add("Tanh", name, [x]),
            "softmax" => Add("Softmax", name, [x], new AttributeMap { { "axis", -1L } }),
            "elu" => Add("Elu", name, [x]),
            "softplus" => Add("Softplus", name, [x]),
            _ => throw Unsupported(layer, $"uses activation '{activation}', which is not supported."),
        };
    }

    private Value Combine(KerasLayer layer, Value[] inputs, string opType)
    {
        if (inputs.Select(i => i.Type.Shape?.Rank).Distinct().Count() != 1)
        {
            throw Unsupported(layer, "combines values of different ranks; reshape them in the model.");
        }

        Value sum = inputs[0];
        for (int i = 1; i < inputs.Length; i++)
        {
            sum = Add(opType, layer.Name, [sum, inputs[i]]);
        }

        return sum;
    }

    private Value EmitPadding(KerasLayer layer, Value x)
    {
        JsonElement padding = layer.Config.GetProperty("padding");
        long[] flat = padding.ValueKind == JsonValueKind.Number
            ? [.. Enumerable.Repeat(padding.GetInt64(), 4)]
            : [.. padding.EnumerateArray().SelectMany(p => p.ValueKind == JsonValueKind.Number ? [p.GetInt64(), p.GetInt64()] : p.EnumerateArray().Select(v => v.GetInt64()))];
        if (flat.Length != 4)
        {
            throw Unsupported(layer, "has a padding of unknown form.");
        }

        Value pads = Constant(layer, "pads", Tensor.Vector<long>(0, flat[0], flat[2], 0, 0, flat[1], flat[3], 0));
        return Add("Pad", layer.Name, [x, pads]);
    }
}
