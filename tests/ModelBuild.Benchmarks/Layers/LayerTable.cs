using System.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Planning;
using ModelBuild.Plan;

namespace ModelBuild.Benchmarks.Layers;

/// <summary>The steps of a plan beside the nodes of ONNX Runtime, matched by the names of the source nodes.</summary>
/// <param name="Rows">Our steps in order.</param>
/// <param name="Others">Nodes of ONNX Runtime that no step has the name of: its own reorderings, and what we compute within other steps.</param>
internal sealed record LayerTable(IReadOnlyList<LayerRow> Rows, IReadOnlyList<OnnxRuntimeNode> Others)
{
    /// <summary>Measures both sides, a half of the time each.</summary>
    /// <param name="source">The model that ONNX Runtime reads.</param>
    /// <param name="whole">Microseconds of a call of ONNX Runtime without its profiler.</param>
    public static LayerTable Measure(CompiledSide ours, string onnxPath, Graph source, CompiledModel model, IReadOnlyList<Tensor[]> samples, double whole, BenchmarkOptions options)
    {
        List<long[]> calls = ours.TimeSteps(options.Seconds / 2);
        IReadOnlyList<OnnxRuntimeNode> nodes = WithoutProfiler(OnnxRuntimeProfile.Measure(onnxPath, model.Plan, samples, options.Threads, options.IsExact, options.Seconds / 2), whole);
        NodeNames names = new(source, model.Plan.Steps);
        ILookup<int, OnnxRuntimeNode> byStep = nodes.ToLookup(n => names.Find(n.Name) ?? -1);
        return new LayerTable([.. model.Plan.Steps.Select((step, i) => Row(step, Typical([.. calls.Select(c => c[i] * 1e6 / Stopwatch.Frequency)]), byStep[i]))], [.. byStep[-1]]);
    }

    /// <summary>The mean of the faster half: without interruptions, and finer than a clock of whole microseconds.</summary>
    public static double Typical(List<double> times)
    {
        times.Sort();
        return times.Take((times.Count + 1) / 2).Average();
    }

    // The profiler adds one or two microseconds to every node: as much is taken off as makes their sum the time of a call without it.
    private static List<OnnxRuntimeNode> WithoutProfiler(IReadOnlyList<OnnxRuntimeNode> nodes, double whole)
    {
        double each = Math.Max(0, (nodes.Sum(n => n.Microseconds) - whole) / nodes.Count);
        return [.. nodes.Select(n => n with { Microseconds = Math.Max(0, n.Microseconds - each) })];
    }

    private static LayerRow Row(PlanStep step, double time, IEnumerable<OnnxRuntimeNode> nodes) =>
        new(step.Comment, Call(step), step.TotalMacs, time, nodes.Any() ? nodes.Sum(n => n.Microseconds) : null);

    private static string Call(PlanStep step)
    {
        IEnumerable<string> numbers = step.Arguments.Select(a => a switch
        {
            IntArgument number => $"{number.Name} {number.Value}",
            LongArgument number => $"{number.Name} {number.Value}",
            EnumArgument choice => choice.Member,
            _ => "",
        });
        return $"{step.Kernel} {string.Join(", ", numbers.Where(n => n.Length > 0))}";
    }
}
