using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Options;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Planning.Sizes;
using ModelBuild.Plan;

namespace ModelBuild.Compiler;

/// <summary>A plan without steps, whose weights are an ONNX file that ONNX Runtime runs.</summary>
internal static class OnnxRuntimeModel
{
    /// <summary>The plan and the ONNX file of the last stage.</summary>
    public static CompiledModel Create(Graph graph, Graph source, string onnxPath, CompileOptions options, CancellationToken cancellation)
    {
        foreach ((string name, DType type) in graph.Inputs.Select(i => (i.Name, i.Type.DType)).Concat(graph.Outputs.Select(o => (o.Name, o.Value.Type.DType))))
        {
            if (type != DType.String && DTypes.StorageOf(type) != type)
            {
                throw new ModelBuildException(Diagnostic.Of(Descriptors.UnsupportedType, $"Input or output '{name}' has the element type {type}, which a predictor over ONNX Runtime cannot take. Convert it inside the model."));
            }
        }

        byte[] onnx = File.ReadAllBytes(onnxPath);
        ExecutionPlan plan = Ports(graph, options, cancellation) with { WeightsBytes = onnx.Length };
        CompiledModel model = new(plan, onnx, []);
        return PlanHeader.Complete(model, source, options, plan.HasFreeBatch);
    }

    /// <summary>Inputs and outputs of a graph with its dimensions bound. Sizes that are given with every call are only marked: without steps nobody computes with them.</summary>
    public static ExecutionPlan Ports(Graph graph, CompileOptions options, CancellationToken cancellation)
    {
        IReadOnlyList<PlanDim> dims = RunTimeSizes.Find(GraphClone.Clone(graph), options);
        if (dims.Count == 0)
        {
            return FixedPorts(graph, options, cancellation);
        }

        IReadOnlyList<long>[] samples = [.. SizeBox.Of(dims).Samples(0).Take(6)];
        ExecutionPlan[] plans = [.. samples.Select(s => FixedPorts(graph, RunTimeSizes.At(options, dims, s), cancellation))];
        return plans[0] with
        {
            Dims = new PlanList<PlanDim>(dims),
            Inputs = Marked([.. plans.Select(p => p.Inputs)], samples, dims),
            Outputs = Marked([.. plans.Select(p => p.Outputs)], samples, dims),
        };
    }

    private static PlanList<PlanPort> Marked(PlanList<PlanPort>[] plans, IReadOnlyList<long>[] samples, IReadOnlyList<PlanDim> dims) => new(plans[0].Select((port, index) =>
    {
        long[] sizes = [.. port.Dims.Select((size, axis) => plans.All(p => p[index].Dims[axis] == size) ? size : -1)];
        return sizes.All(s => s >= 0)
            ? port
            : port with
            {
                Dims = new PlanList<long>(sizes),
                Sizes = new PlanList<PlanSize>(sizes.Select(s => s < 0 ? new SizeDim(0) : PlanSize.Of(s))),
                Symbols = new PlanList<string>(sizes.Select((s, axis) => s >= 0 ? "" : Enumerable.Range(0, dims.Count).Where(d => samples.Select((v, i) => plans[i][index].Dims[axis] == v[d]).All(same => same)).Select(d => dims[d].Name).FirstOrDefault(""))),
            };
    }));

    private static ExecutionPlan FixedPorts(Graph graph, CompileOptions options, CancellationToken cancellation)
    {
        Graph bound = GraphClone.Clone(graph);
        Dictionary<string, TensorType> declared = graph.Outputs.ToDictionary(o => o.Name, o => o.Value.Type, StringComparer.Ordinal);
        bool hasFreeBatch = DimBinder.Bind(bound, options.Dims, cancellation);
        foreach (GraphOutput output in bound.Outputs)
        {
            // An operator without a definition leaves the type to what the model declares, with one item for a free batch.
            if (!output.Value.Type.IsStatic && declared[output.Name] is { Shape: { } shape } type)
            {
                output.Value.Type = new TensorType(type.DType, hasFreeBatch && shape.Rank > 0 ? shape.With(0, 1) : shape);
            }
        }

        return Planner.Ports(bound, GraphSettings.PortNames(graph, options)) with { HasFreeBatch = hasFreeBatch };
    }
}
