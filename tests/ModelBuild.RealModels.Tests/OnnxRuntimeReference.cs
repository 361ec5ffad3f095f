using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ModelBuild.RealModels.Tests;

/// <summary>A model in ONNX Runtime: the independent referee.</summary>
internal sealed class OnnxRuntimeReference : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();

    public OnnxRuntimeReference(string path)
    {
        // Products of bytes saturate on processors without VNNI unless weights are rewritten, after which ONNX Runtime lacks kernels for some models of signed activations.
        try
        {
            _session = Open(path, isExact: true);
        }
        catch (OnnxRuntimeException)
        {
            _session = Open(path, isExact: false);
        }
    }

    /// <summary>Inputs in the model's order.</summary>
    public IReadOnlyList<(string Name, NodeMetadata Metadata)> Inputs => [.. _session.InputNames.Select(n => (n, _session.InputMetadata[n]))];

    /// <summary>Outputs in the model's order.</summary>
    public IReadOnlyList<(string Name, NodeMetadata Metadata)> Outputs => [.. _session.OutputNames.Select(n => (n, _session.OutputMetadata[n]))];

    private static InferenceSession Open(string path, bool isExact)
    {
        using SessionOptions options = new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        options.AddSessionConfigEntry("session.x64quantprecision", isExact ? "1" : "0");
        return new InferenceSession(path, options);
    }

    /// <summary>Elements of one item of a tensor.</summary>
    public static int LengthOf(NodeMetadata metadata) => metadata.Dimensions.Aggregate(1, (a, d) => a * Math.Max(d, 1));

    /// <summary>Computes all outputs of one item.</summary>
    /// <param name="input">Elements of the input, rounded to the model's type.</param>
    public double[][] Run(ReadOnlySpan<float> input)
    {
        (string name, NodeMetadata metadata) = Inputs[0];
        long[] shape = [.. metadata.Dimensions.Select(d => (long)Math.Max(d, 1))];
        using OrtValue value = metadata.ElementDataType == TensorElementType.Float16
            ? OrtValue.CreateTensorValueFromMemory<Float16>([.. input.ToArray().Select(v => (Float16)v)], shape)
            : OrtValue.CreateTensorValueFromMemory<float>(input.ToArray(), shape);
        using IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(_runOptions, [name], [value], _session.OutputNames);
        return [.. outputs.Select(ToDoubles)];
    }

    public void Dispose()
    {
        _runOptions.Dispose();
        _session.Dispose();
    }

    private static double[] ToDoubles(OrtValue value) => value.GetTensorTypeAndShape().ElementDataType == TensorElementType.Float16
        ? [.. MemoryMarshal.Cast<Float16, Half>(value.GetTensorDataAsSpan<Float16>()).ToArray().Select(v => (double)v)]
        : [.. value.GetTensorDataAsSpan<float>().ToArray().Select(v => (double)v)];
}
