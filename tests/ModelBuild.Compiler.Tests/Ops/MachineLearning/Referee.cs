using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.MachineLearning;
using ModelBuild.Compiler.Output;

namespace ModelBuild.Compiler.Tests.Ops.MachineLearning;

/// <summary>Runs one node of a classical model by reference evaluation, as a compiled plan and in ONNX Runtime, and asserts that all agree.</summary>
internal static class Referee
{
    /// <summary>ONNX Runtime sums a few hundred terms in binary32, in an order of its own.</summary>
    public const double Tolerance = 2e-5;

    private const long OpsetOfDomain = 5;

    /// <summary>Compares a node.</summary>
    /// <param name="trusted">Of the outputs those of which ONNX Runtime decides; all where it is null.</param>
    /// <param name="version">Opset of the domain, as older forms exist side by side with newer ones.</param>
    public static Tensor[] Compare(string op, AttributeMap attributes, Tensor[] inputs, int outputs = 1, int[]? trusted = null, long version = OpsetOfDomain)
    {
        Graph graph = GraphOf(op, attributes, inputs, outputs, version);
        Tensor[] reference = [.. ReferenceEvaluator.Run(graph, inputs)];
        Tensor[] plan = OpHarness.RunPlan(graph, inputs);
        Tensor[] runtime = RunOnnxRuntime(graph, inputs);
        for (int i = 0; i < outputs; i++)
        {
            Assert.Equal(runtime[i].Type, graph.Outputs[i].Value.Type);
            Assert.Equal(runtime[i].Type, reference[i].Type);
            Assert.True(trusted?.Contains(i) == false || OpHarness.Difference(runtime[i], reference[i], Tolerance) is null, $"reference, output {i}: {OpHarness.Difference(runtime[i], reference[i], Tolerance)}");
            Assert.True(OpHarness.Difference(reference[i], plan[i], Tolerance) is null, $"plan, output {i}: {OpHarness.Difference(reference[i], plan[i], Tolerance)}");
        }

        return reference;
    }

    /// <summary>Compares reference evaluation and plan where ONNX Runtime has no kernel.</summary>
    public static Tensor[] CompareWithoutOnnxRuntime(string op, AttributeMap attributes, Tensor[] inputs, int outputs = 1)
    {
        Graph graph = GraphOf(op, attributes, inputs, outputs, OpsetOfDomain);
        Tensor[] reference = [.. ReferenceEvaluator.Run(graph, inputs)];
        Tensor[] plan = OpHarness.RunPlan(graph, inputs);
        for (int i = 0; i < outputs; i++)
        {
            Assert.Equal(graph.Outputs[i].Value.Type, reference[i].Type);
            Assert.True(OpHarness.Difference(reference[i], plan[i], Tolerance) is null, $"plan, output {i}: {OpHarness.Difference(reference[i], plan[i], Tolerance)}");
        }

        return reference;
    }

    /// <summary>A graph of one node with types inferred.</summary>
    public static Graph GraphOf(string op, AttributeMap attributes, Tensor[] inputs, int outputs = 1, long version = OpsetOfDomain)
    {
        Graph graph = new(Compiler.Ops.Operators.Set, "test");
        graph.Opsets[MachineLearningOp.DomainName] = version;
        Value?[] values = [.. inputs.Select((x, i) => graph.AddInput($"x{i}", x.Type))];
        Node node = graph.AddNode(MachineLearningOp.DomainName, op, "node", values, [.. Enumerable.Range(0, outputs).Select(i => $"y{i}")], attributes);
        foreach (Value? output in node.Outputs)
        {
            graph.AddOutput(output!.Name, output);
        }

        TypeInference.Run(graph);
        return graph;
    }

    private static Tensor[] RunOnnxRuntime(Graph graph, Tensor[] inputs)
    {
        using MemoryStream stream = new();
        OnnxWriter.Write(graph, stream);
        using SessionOptions options = new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using InferenceSession session = new(stream.ToArray(), options);
        using RunOptions runOptions = new();
        OrtValue[] values = [.. inputs.Select(ToOrt)];
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(runOptions, [.. graph.Inputs.Select(i => i.Name)], values, session.OutputNames);
        Tensor[] results = [.. outputs.Select(FromOrt)];
        Array.ForEach(values, v => v.Dispose());
        return results;
    }

    private static OrtValue ToOrt(Tensor tensor) => tensor.DType switch
    {
        DType.F32 => OrtValue.CreateTensorValueFromMemory(tensor.Span<float>().ToArray(), tensor.Dims.ToArray()),
        DType.F64 => OrtValue.CreateTensorValueFromMemory(tensor.Span<double>().ToArray(), tensor.Dims.ToArray()),
        DType.I32 => OrtValue.CreateTensorValueFromMemory(tensor.Span<int>().ToArray(), tensor.Dims.ToArray()),
        DType.I64 => OrtValue.CreateTensorValueFromMemory(tensor.Span<long>().ToArray(), tensor.Dims.ToArray()),
        DType.String => OrtValue.CreateFromStringTensor(new Microsoft.ML.OnnxRuntime.Tensors.DenseTensor<string>(tensor.ToStringArray(), [.. tensor.Dims.ToArray().Select(d => (int)d)])),
        _ => throw new ArgumentOutOfRangeException(nameof(tensor), tensor.DType, "The tests give no such inputs."),
    };

    private static Tensor FromOrt(OrtValue value)
    {
        OrtTensorTypeAndShapeInfo info = value.GetTensorTypeAndShape();
        return info.ElementDataType switch
        {
            Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float => Of<float>(DType.F32),
            Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Double => Of<double>(DType.F64),
            Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Int64 => Of<long>(DType.I64),
            Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Int16 => Of<short>(DType.I16),
            Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Int32 => Of<int>(DType.I32),
            Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.String => Tensor.OfStrings(value.GetStringTensorAsArray(), info.Shape),
            _ => throw new InvalidOperationException($"The tests expect no {info.ElementDataType}."),
        };

        Tensor Of<T>(DType type)
            where T : unmanaged => new(type, info.Shape, MemoryMarshal.AsBytes(value.GetTensorDataAsSpan<T>()).ToArray());
    }
}
