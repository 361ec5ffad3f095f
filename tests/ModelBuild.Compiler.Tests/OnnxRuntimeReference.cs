using System.Runtime.InteropServices;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using ModelBuild.Compiler.Import.Onnx.Wire;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Output;
using Tensor = ModelBuild.Compiler.Ir.Tensor;

namespace ModelBuild.Compiler.Tests;

/// <summary>Runs graphs on ONNX Runtime, the referee that shares no code with the compiler.</summary>
internal static class OnnxRuntimeReference
{
    /// <summary>Writes the graph as ONNX and computes its outputs.</summary>
    public static Tensor[] Run(Graph graph, IReadOnlyList<Tensor> inputs)
    {
        using MemoryStream stream = new();
        OnnxWriter.Write(graph, stream);
        return Run(stream.ToArray(), [.. graph.Inputs.Select(i => i.Name)], [.. graph.Outputs.Select(o => o.Name)], inputs);
    }

    /// <summary>Computes a model's outputs operator by operator: its own rewrites are no part of what is compared (one moves quantisation over a Split whose result is an output).</summary>
    public static Tensor[] Run(byte[] model, IReadOnlyList<string> inputNames, IReadOnlyList<string> outputNames, IReadOnlyList<Tensor> inputs)
    {
        using SessionOptions options = new() { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL };
        return Run(model, options, inputNames, outputNames, inputs);
    }

    /// <summary>Computes the outputs of quantised operators: products of bytes saturate on processors without VNNI unless the weights are rewritten, which is an optimisation.</summary>
    public static Tensor[] RunExactly(Graph graph, IReadOnlyList<Tensor> inputs)
    {
        using MemoryStream stream = new();
        OnnxWriter.Write(graph, stream);
        using SessionOptions options = new() { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_EXTENDED };
        options.AddSessionConfigEntry("session.x64quantprecision", "1");
        return Run(stream.ToArray(), options, [.. graph.Inputs.Select(i => i.Name)], [.. graph.Outputs.Select(o => o.Name)], inputs);
    }

    private static Tensor[] Run(byte[] model, SessionOptions options, IReadOnlyList<string> inputNames, IReadOnlyList<string> outputNames, IReadOnlyList<Tensor> inputs)
    {
        using InferenceSession session = new(model, options);
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = session.Run([.. inputs.Select((t, i) => ToOnnx(inputNames[i], t))], outputNames);
        return [.. results.Select(FromOnnx)];
    }

    /// <summary>Computes the outputs of a model file, whose data may lie beside it; null for outputs that are no tensors.</summary>
    /// <param name="keys">The keys of inputs that are maps in the file.</param>
    public static Tensor?[] RunFile(string path, IReadOnlyList<string> inputNames, IReadOnlyList<string> outputNames, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, InputKeys>? keys = null)
    {
        using SessionOptions options = new() { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using InferenceSession session = Open(path, options);
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = session.Run([.. inputs.Select((t, i) => keys?.GetValueOrDefault(inputNames[i]) is { } map ? ToMap(inputNames[i], map, t) : ToOnnx(inputNames[i], t))], outputNames);
        return [.. results.Select(r => r.ValueType == OnnxValueType.ONNX_TYPE_TENSOR ? FromOnnx(r) : null)];
    }

    // StringNormalizer takes a locale that not every machine has; that of C changes the case of ASCII alike.
    private static InferenceSession Open(string path, SessionOptions options)
    {
        try
        {
            return new InferenceSession(path, options);
        }
        catch (OnnxRuntimeException e) when (e.Message.Contains("locale", StringComparison.Ordinal))
        {
            ModelProto model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));
            foreach (NodeProto node in model.Graph.Node.Where(n => n.OpType == "StringNormalizer" && n.Attribute.All(a => a.Name != "locale")))
            {
                node.Attribute.Add(new AttributeProto { Name = "locale", Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8("C") });
            }

            return new InferenceSession(model.ToByteArray(), options);
        }
    }

    private static NamedOnnxValue ToMap(string name, InputKeys keys, Tensor values) => keys.Kind == InputKeyKind.Words && values.DType == DType.F32
        ? NamedOnnxValue.CreateFromMap(name, keys.Names.Zip(values.Span<float>().ToArray()).ToDictionary(p => p.First, p => p.Second))
        : throw new NotSupportedException($"A map from {keys.Kind} to {values.DType}");

    private static NamedOnnxValue ToOnnx(string name, Tensor tensor) => tensor.DType switch
    {
        DType.F32 => Named<float>(name, tensor),
        DType.F64 => Named<double>(name, tensor),
        DType.I64 => Named<long>(name, tensor),
        DType.I32 => Named<int>(name, tensor),
        DType.U8 => Named<byte>(name, tensor),
        DType.I8 => Named<sbyte>(name, tensor),
        DType.F16 => NamedOnnxValue.CreateFromTensor(name, new DenseTensor<Float16>(Array.ConvertAll(tensor.Span<Half>().ToArray(), v => new Float16(BitConverter.HalfToUInt16Bits(v))), Dims(tensor))),
        DType.String => NamedOnnxValue.CreateFromTensor(name, new DenseTensor<string>(tensor.ToStringArray(), Dims(tensor))),
        DType.Bool => NamedOnnxValue.CreateFromTensor(name, new DenseTensor<bool>(Array.ConvertAll(tensor.Bytes.ToArray(), b => b != 0), Dims(tensor))),
        _ => throw new NotSupportedException($"{tensor.DType}"),
    };

    private static NamedOnnxValue Named<T>(string name, Tensor tensor)
        where T : unmanaged => NamedOnnxValue.CreateFromTensor(name, new DenseTensor<T>(tensor.Span<T>().ToArray(), Dims(tensor)));

    private static int[] Dims(Tensor tensor) => [.. tensor.Dims.ToArray().Select(d => (int)d)];

    private static Tensor FromOnnx(DisposableNamedOnnxValue value) => value.ElementType switch
    {
        TensorElementType.Float => Read<float>(value),
        TensorElementType.Double => Read<double>(value),
        TensorElementType.Int64 => Read<long>(value),
        TensorElementType.Int32 => Read<int>(value),
        TensorElementType.UInt8 => Read<byte>(value),
        TensorElementType.Int8 => Read<sbyte>(value),
        TensorElementType.Bool => Read<bool>(value),
        TensorElementType.String => Tensor.OfStrings([.. value.AsTensor<string>()], [.. value.AsTensor<string>().Dimensions.ToArray().Select(d => (long)d)]),
        TensorElementType.Float16 => new Tensor(DType.F16, [.. value.AsTensor<Float16>().Dimensions.ToArray().Select(d => (long)d)], MemoryMarshal.AsBytes<ushort>(Array.ConvertAll(value.AsTensor<Float16>().ToArray(), v => v.value)).ToArray()),
        _ => throw new NotSupportedException($"{value.ElementType}"),
    };

    private static Tensor Read<T>(DisposableNamedOnnxValue value)
        where T : unmanaged
    {
        Tensor<T> tensor = value.AsTensor<T>();
        return Tensor.Create<T>(tensor.ToArray(), [.. tensor.Dimensions.ToArray().Select(d => (long)d)]);
    }
}
