using System.Diagnostics;
using System.Globalization;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Planning;
using ModelBuild.Plan;

namespace ModelBuild.Benchmarks;

/// <summary>
/// The compiled plan. The interpreter makes the calls that the generated code makes, to the same kernels on the same memory layout; only the method that makes
/// a call is another one.
/// </summary>
internal sealed class CompiledSide : IDisposable
{
    private const int StepRuns = 20;

    private readonly ExecutionPlan _plan;
    private readonly PlanInterpreter _interpreter;
    private readonly NativeTensor[] _inputs;
    private readonly NativeTensor[] _outputs;
    private readonly nint[] _inputAddresses;
    private readonly nint[] _outputAddresses;

    public CompiledSide(CompiledModel model, IReadOnlyList<Tensor> inputs)
    {
        _plan = model.Plan;
        _interpreter = new PlanInterpreter(model);
        _inputs = [.. _plan.Inputs.Select((port, i) => new NativeTensor(port, inputs[i]))];
        _outputs = [.. _plan.Outputs.Select(port => new NativeTensor(port, null))];
        _inputAddresses = [.. _inputs.Select(t => t.Address)];
        _outputAddresses = [.. _outputs.Select(t => t.Address)];
    }

    public void Run() => _interpreter.Run(_inputAddresses, _outputAddresses);

    /// <summary>Replaces an input's elements.</summary>
    public void Set(int input, ReadOnlySpan<byte> bytes) => _inputs[input].Set(bytes);

    public IEnumerable<Tensor> Outputs() => _outputs.Select(o => o.ToTensor());

    /// <summary>The steps that take longest, one line each.</summary>
    public IReadOnlyList<string> SlowestSteps(int count)
    {
        long[] ticks = new long[_plan.Steps.Count];
        for (int i = 0; i < StepRuns; i++)
        {
            _interpreter.Run(_inputAddresses, _outputAddresses, ticks);
        }

        double total = ticks.Sum();
        return [.. ticks.Select((t, i) => (Ticks: t, Step: _plan.Steps[i])).OrderByDescending(s => s.Ticks).Take(count).Select(s => string.Create(
            CultureInfo.InvariantCulture,
            $"{s.Ticks / total,6:P1} {s.Ticks * 1e6 / Stopwatch.Frequency / StepRuns,9:F1} us {(s.Step.Macs == 0 ? "" : $"{s.Step.Macs * 1e-9 * StepRuns * Stopwatch.Frequency / s.Ticks:F1} GMAC/s"),14}  {s.Step.Kernel}  {s.Step.Comment}"))];
    }

    public void Dispose()
    {
        _interpreter.Dispose();
        Array.ForEach(_inputs, t => t.Dispose());
        Array.ForEach(_outputs, t => t.Dispose());
    }
}
