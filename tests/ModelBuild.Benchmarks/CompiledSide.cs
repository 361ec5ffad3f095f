using System.Diagnostics;
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
    private const int LeastCalls = 10;
    private const int MostCalls = 2000;

    private readonly ExecutionPlan _plan;
    private readonly ThreadTeam? _team;
    private readonly PlanInterpreter _interpreter;
    private readonly NativeTensor[][] _samples;
    private readonly NativeTensor[] _outputs;
    private readonly nint[][] _inputAddresses;
    private readonly nint[] _outputAddresses;
    private int _next;

    /// <param name="samples">The inputs of each sample; calls take the samples in turns.</param>
    public CompiledSide(CompiledModel model, IReadOnlyList<Tensor[]> samples, int threads)
    {
        _plan = model.Plan;
        _team = threads == 1 ? null : new ThreadTeam(threads);
        _interpreter = new PlanInterpreter(model) { Threads = _team };
        _samples = [.. samples.Select(inputs => _plan.Inputs.Select((port, i) => new NativeTensor(port, inputs[i])).ToArray())];
        _outputs = [.. _plan.Outputs.Select(port => new NativeTensor(port, null))];
        _inputAddresses = [.. _samples.Select(inputs => inputs.Select(t => t.Address).ToArray())];
        _outputAddresses = [.. _outputs.Select(t => t.Address)];
    }

    public void Run() => _interpreter.Run(NextInputs(), _outputAddresses);

    public IEnumerable<Tensor> Outputs() => _outputs.Select(o => o.ToTensor());

    /// <summary>Times of each step in <see cref="Stopwatch"/> ticks, one array per call.</summary>
    public List<long[]> TimeSteps(double seconds)
    {
        List<long[]> calls = [];
        long start = Stopwatch.GetTimestamp();
        while (calls.Count < LeastCalls || (calls.Count < MostCalls && Stopwatch.GetElapsedTime(start).TotalSeconds < seconds))
        {
            long[] ticks = new long[_plan.Steps.Count];
            _interpreter.Run(NextInputs(), _outputAddresses, ticks);
            calls.Add(ticks);
        }

        return calls;
    }

    public void Dispose()
    {
        _interpreter.Dispose();
        _team?.Dispose();
        Array.ForEach(_samples, inputs => Array.ForEach(inputs, t => t.Dispose()));
        Array.ForEach(_outputs, t => t.Dispose());
    }

    private nint[] NextInputs()
    {
        nint[] inputs = _inputAddresses[_next];
        _next = (_next + 1) % _inputAddresses.Length;
        return inputs;
    }
}
