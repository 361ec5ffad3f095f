using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using ModelBuild.Plan;
using Tensor = ModelBuild.Compiler.Ir.Tensor;

namespace ModelBuild.Benchmarks;

/// <summary>ONNX Runtime at its best: all optimisations, inputs and outputs bound once to aligned native memory.</summary>
internal sealed class OnnxRuntimeSide : IDisposable
{
    private readonly InferenceSession _session;
    private readonly OrtIoBinding _binding;
    private readonly RunOptions _runOptions = new();
    private readonly List<NativeTensor> _tensors = [];
    private readonly List<OrtValue> _values = [];
    private readonly NativeTensor?[] _outputs;

    /// <param name="profilePrefix">Prefix of the file that receives the time of every node, or null for none.</param>
    public OnnxRuntimeSide(string path, ExecutionPlan plan, IReadOnlyList<Tensor> inputs, int threads, string? profilePrefix = null)
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
        if (profilePrefix is not null)
        {
            // The prefix is read when profiling is switched on.
            options.ProfileOutputPathPrefix = profilePrefix;
            options.EnableProfiling = true;
        }

        _session = new InferenceSession(path, options);
        _binding = _session.CreateIoBinding();
        for (int i = 0; i < inputs.Count; i++)
        {
            _binding.BindInput(plan.Inputs[i].Name, Bind(plan.Inputs[i], inputs[i]).Value);
        }

        _outputs = new NativeTensor?[plan.Outputs.Count];
        for (int i = 0; i < _outputs.Length; i++)
        {
            // Maps and strings cannot lie in bound memory; ONNX Runtime makes new ones in every call.
            NodeMetadata metadata = _session.OutputMetadata[plan.Outputs[i].Name];
            if (metadata.OnnxValueType != OnnxValueType.ONNX_TYPE_TENSOR || metadata.ElementDataType == TensorElementType.String)
            {
                _binding.BindOutputToDevice(plan.Outputs[i].Name, OrtMemoryInfo.DefaultInstance);
                continue;
            }

            (_outputs[i], OrtValue value) = Bind(plan.Outputs[i], null);
            _binding.BindOutput(plan.Outputs[i].Name, value);
        }
    }

    public void Run() => _session.RunWithBinding(_runOptions, _binding);

    /// <summary>Replaces an input's elements.</summary>
    public void Set(int input, ReadOnlySpan<byte> bytes) => _tensors[input].Set(bytes);

    /// <summary>Ends the profile and names its file.</summary>
    public string EndProfile() => _session.EndProfiling();

    /// <summary>The outputs; null for those that are no tensors of numbers.</summary>
    public IEnumerable<Tensor?> Outputs() => _outputs.Select(o => o?.ToTensor());

    public void Dispose()
    {
        _binding.Dispose();
        _runOptions.Dispose();
        _values.ForEach(v => v.Dispose());
        _session.Dispose();
        _tensors.ForEach(t => t.Dispose());
    }

    private (NativeTensor Tensor, OrtValue Value) Bind(PlanPort port, Tensor? values)
    {
        NativeTensor tensor = new(port, values);
        _tensors.Add(tensor);

        // The numbers of both enumerations are those of ONNX.
        OrtValue value = OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, (TensorElementType)(int)tensor.DType, tensor.Dims, tensor.Address, tensor.Bytes);
        _values.Add(value);
        return (tensor, value);
    }
}
