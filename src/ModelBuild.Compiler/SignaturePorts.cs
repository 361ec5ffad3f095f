using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Options;
using ModelBuild.Compiler.Passes;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Planning.Sizes;
using ModelBuild.Plan;

namespace ModelBuild.Compiler;

/// <summary>Inputs and outputs of a model before it is compiled, those among them whose sizes depend on values.</summary>
internal static class SignaturePorts
{
    /// <summary>A plan without steps. Sizes are only marked: without steps nobody computes with them.</summary>
    public static ExecutionPlan Find(Graph graph, CompileOptions options, CancellationToken cancellation)
    {
        if (options.Runtime != PlanRuntime.OnnxRuntime)
        {
            graph = GraphClone.Clone(graph);
            ImageBounds.Apply(graph, options);
        }

        IReadOnlyList<PlanDim> calls = RunTimeSizes.Find(GraphClone.Clone(graph), options);
        long[] greatest = [.. calls.Select((_, i) => SizeBox.Of(calls).Last(i))];
        Graph bound = GraphClone.Clone(graph);
        DimBinder.Bind(bound, RunTimeSizes.Fixed(options, calls.Select((s, i) => (s.Name, greatest[i]))), cancellation);
        if (options.Runtime == PlanRuntime.OnnxRuntime || bound.Outputs.All(o => o.Value.Type.IsStatic))
        {
            return OnnxRuntimeModel.Ports(graph, options, cancellation);
        }

        SizeDependence dependence = new();
        bool hasFreeBatch = false;
        IReadOnlyList<PlanDim> dims = CountedSizes.Find(calls, Rewrite, dependence);
        if (dims.Count == calls.Count)
        {
            return OnnxRuntimeModel.Ports(graph, options, cancellation);
        }

        // Any two sizes that fit tell which dimensions depend on them.
        PlanDim[] counted = [.. AllowedCounts.Find(dims, Rewrite, dependence).Skip(calls.Count)];
        long[] counts = [.. counted.Select(d => Allowed(d, 3))];
        ExecutionPlan one = At([.. greatest, .. counts]);
        ExecutionPlan other = At([.. greatest, .. counted.Select(d => Allowed(d, Allowed(d, 3) + 2))]);
        ExecutionPlan? least = calls.Count == 0 ? null : At([.. calls.Select(c => c.Minimum), .. counts]);
        return one with
        {
            HasFreeBatch = hasFreeBatch,
            Dims = new PlanList<PlanDim>(dims),
            Inputs = new PlanList<PlanPort>(one.Inputs.Select((p, i) => Marked(p, p, least?.Inputs[i] ?? p))),
            Outputs = new PlanList<PlanPort>(one.Outputs.Select((p, i) => Marked(p, other.Outputs[i], least?.Outputs[i] ?? p))),
        };

        ExecutionPlan At(IReadOnlyList<long> sizes) => Planner.Ports(Rewrite(sizes), GraphSettings.PortNames(graph, options));

        Graph Rewrite(IReadOnlyList<long> sizes)
        {
            Graph rewritten = GraphClone.Clone(graph);
            dependence.Begin([.. sizes.Skip(calls.Count)]);
            rewritten.SizeDependence = dependence;
            hasFreeBatch = DimBinder.Bind(rewritten, RunTimeSizes.Fixed(options, calls.Select((s, i) => (s.Name, sizes[i]))), cancellation);
            PassRunner.Run(rewritten, PassPipelines.Optimize, cancellation);
            PassRunner.Run(rewritten, PassPipelines.Lowering, cancellation);
            return rewritten;
        }

        static long Allowed(PlanDim dim, long size) => dim.Bound is null ? Math.Max(size, dim.Minimum) : Math.Clamp(size, dim.Minimum, dim.Maximum);

        PlanPort Marked(PlanPort port, PlanPort counted, PlanPort called)
        {
            PlanSize[] sizes = [.. port.Dims.Select((d, axis) => d != counted.Dims[axis] ? new SizeDim(calls.Count) : d != called.Dims[axis] ? new SizeDim(0) : PlanSize.Of(d))];
            return sizes.All(s => s is SizeNumber) ? port : port with
            {
                Dims = new PlanList<long>(sizes.Select(s => s is SizeNumber number ? number.Value : -1)),
                Sizes = new PlanList<PlanSize>(sizes),
                Symbols = new PlanList<string>(sizes.Select(s => s is SizeDim dim ? dims[dim.Index].Name : "")),
            };
        }
    }
}
