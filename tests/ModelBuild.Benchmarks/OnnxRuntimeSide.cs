using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using ModelBuild.Plan;
using Tensor = ModelBuild.Compiler.Ir.Tensor;

namespace ModelBuild.Benchmarks;

/// <summary>ONNX Runtime at its best: all optimisations, one thread, inputs and outputs bound once to aligned native memory.</summary>
internal sealed class OnnxRuntimeSide : IDisposable
{
    private readonly InferenceSession _session;
    private readonly OrtIoBinding _binding;
    private readonly RunOptions _runOptions = new();
    private readonly List<NativeTensor> _tensors = [];
    private readonly List<OrtValue> _values = [];
    private readonly NativeTensor[] _outputs;

    public OnnxRuntimeSide(string path, ExecutionPlan plan, IReadOnlyList<Tensor> inputs)
    {
        using SessionOptions options = new()
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        _session = new InferenceSession(path, options);
        _binding = _session.CreateIoBinding();
        for (int i = 0; i < inputs.Count; i++)
        {
            _binding.BindInput(plan.Inputs[i].Name, Bind(plan.Inputs[i], inputs[i]).Value);
        }

        _outputs = new NativeTensor[plan.Outputs.Count];
        for (int i = 0; i < _outputs.Length; i++)
        {
            (_outputs[i], OrtValue value) = Bind(plan.Outputs[i], null);
            _binding.BindOutput(plan.Outputs[i].Name, value);
        }
    }

    public void Run() => _session.RunWithBinding(_runOptions, _binding);

    /// <summary>Replaces an input's elements.</summary>
    public void Set(int input, ReadOnlySpan<byte> bytes) => _tensors[input].Set(bytes);

    public IEnumerable<Tensor> Outputs() => _outputs.Select(o => o.ToTensor());

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
