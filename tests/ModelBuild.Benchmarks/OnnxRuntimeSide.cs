using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using ModelBuild.Plan;
using Tensor = ModelBuild.Compiler.Ir.Tensor;

namespace ModelBuild.Benchmarks;

/// <summary>ONNX Runtime at its best: all optimisations, inputs and outputs bound once to aligned native memory.</summary>
internal sealed class OnnxRuntimeSide : IDisposable
{
    private readonly InferenceSession _session;
    private readonly OrtIoBinding[] _bindings;
    private readonly RunOptions _runOptions = new();
    private readonly List<NativeTensor> _tensors = [];
    private readonly List<OrtValue> _values = [];
    private readonly NativeTensor?[] _outputs;
    private int _next;

    /// <param name="samples">The inputs of each sample; calls take the samples in turns.</param>
    /// <param name="isExact">Whether products of bytes are exact on processors without VNNI too; by default their sums saturate there, which is faster.</param>
    /// <param name="profilePrefix">Prefix of the file that receives the time of every node, or null for none.</param>
    public OnnxRuntimeSide(string path, ExecutionPlan plan, IReadOnlyList<Tensor[]> samples, int threads, bool isExact, string? profilePrefix = null)
    {
        using SessionOptions options = new()
        {
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };

        // Threads spin while a call lasts, none beside the calls of the other side.
        options.AddSessionConfigEntry(threads == 1 ? "session.intra_op.allow_spinning" : "session.force_spinning_stop", threads == 1 ? "0" : "1");
        options.AddSessionConfigEntry("session.inter_op.allow_spinning", "0");
        if (isExact)
        {
            options.AddSessionConfigEntry("session.x64quantprecision", "1");
        }

        if (profilePrefix is not null)
        {
            // The prefix is read when profiling is switched on.
            options.ProfileOutputPathPrefix = profilePrefix;
            options.EnableProfiling = true;
        }

        _session = new InferenceSession(path, options);
        _bindings = [.. samples.Select(_ => _session.CreateIoBinding())];
        foreach ((OrtIoBinding binding, Tensor[] inputs) in _bindings.Zip(samples))
        {
            for (int i = 0; i < inputs.Length; i++)
            {
                binding.BindInput(plan.Inputs[i].Name, Make(plan.Inputs[i], inputs[i]).Value);
            }
        }

        _outputs = [.. plan.Outputs.Select(BindOutput)];
    }

    public void Run()
    {
        _session.RunWithBinding(_runOptions, _bindings[_next]);
        _next = (_next + 1) % _bindings.Length;
    }

    /// <summary>Ends the profile and names its file.</summary>
    public string EndProfile() => _session.EndProfiling();

    /// <summary>The outputs; null for those that are no tensors of numbers.</summary>
    public IEnumerable<Tensor?> Outputs() => _outputs.Select(o => o?.ToTensor());

    public void Dispose()
    {
        Array.ForEach(_bindings, b => b.Dispose());
        _runOptions.Dispose();
        _values.ForEach(v => v.Dispose());
        _session.Dispose();
        _tensors.ForEach(t => t.Dispose());
    }

    private NativeTensor? BindOutput(PlanPort port)
    {
        // Maps and strings cannot lie in bound memory; ONNX Runtime makes new ones in every call.
        NodeMetadata metadata = _session.OutputMetadata[port.Name];
        if (metadata.OnnxValueType != OnnxValueType.ONNX_TYPE_TENSOR || metadata.ElementDataType == TensorElementType.String)
        {
            Array.ForEach(_bindings, b => b.BindOutputToDevice(port.Name, OrtMemoryInfo.DefaultInstance));
            return null;
        }

        (NativeTensor tensor, OrtValue value) = Make(port, null);
        Array.ForEach(_bindings, b => b.BindOutput(port.Name, value));
        return tensor;
    }

    private (NativeTensor Tensor, OrtValue Value) Make(PlanPort port, Tensor? values)
    {
        NativeTensor tensor = new(port, values);
        _tensors.Add(tensor);

        // The numbers of both enumerations are those of ONNX.
        OrtValue value = OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, (TensorElementType)(int)tensor.DType, tensor.Dims, tensor.Address, tensor.Bytes);
        _values.Add(value);
        return (tensor, value);
    }
}
