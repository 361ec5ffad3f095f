using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import.Onnx;
using ModelBuild.Compiler.Import.Onnx.Wire;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Passes;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Planning.Sizes;
using ModelBuild.Compiler.Tests.Conformance.Light;

namespace ModelBuild.Compiler.Tests.Conformance;

/// <summary>
/// Runs one backend test: import, type inference against the stored outputs' types, reference evaluation, and the plan of all passes on the runtime's kernels.
/// </summary>
internal static class BackendRunner
{
    // As many of the first inputs as are kept stay inputs.
    private const int AllInputs = int.MaxValue;

    /// <summary>A value, type or shape that is not the stored one.</summary>
    private sealed class WrongResultException(string message) : Exception(message);

    /// <summary>Runs it; what goes wrong is in the result.</summary>
    public static BackendResult Run(BackendCase test)
    {
        try
        {
            return LightModels.Contains(test.Name) ? RunLight(test) : RunWith(test, new BackendPorts(test.Model), AllInputs);
        }
        catch (WrongResultException) when (BackendDeviations.ReasonOf(test.Name) is not null)
        {
            return new BackendResult(test.Name, BackendResult.Differs, BackendResult.Differs, BackendDeviations.ReasonOf(test.Name)!);
        }
        catch (Exception e)
        {
            return new BackendResult(test.Name, "", "", "", e is WrongResultException ? e.Message : e.ToString());
        }
    }

    private static BackendResult RunWith(BackendCase test, BackendPorts ports, int kept)
    {
        string reference = "";
        try
        {
            if (test.DataSets.Count == 0)
            {
                throw new WrongResultException("the test has no data");
            }

            BackendPlan? first = null;
            List<(Graph Graph, Tensor[] Inputs, Tensor[] Outputs)> sets = [];
            foreach (BackendDataSet set in test.DataSets)
            {
                (byte[] model, Tensor[] inputs) = kept == AllInputs ? (test.Model, ports.ReadInputs(set.Inputs)) : ports.WithConstants(set.Inputs, kept);
                Graph graph = Import(model, ports.Lengths(set.Inputs));
                TypeInference.Run(graph);
                Diagnostic[] unsupported = [.. UnsupportedOperators.Find(graph)];
                if (unsupported.Length > 0)
                {
                    string operators = string.Join(' ', SubgraphCaptures.NodesOf(graph).Where(n => n.Op is null).Select(n => n.OpType).Distinct().Order(StringComparer.Ordinal));
                    return Refused(test, ports, kept, new BackendResult(test.Name, unsupported[0].Descriptor.Code, unsupported[0].Descriptor.Code, operators));
                }

                sets.Add((graph, inputs, ports.ReadOutputs(set.Outputs)));
            }

            foreach ((Graph graph, Tensor[] inputs, Tensor[] outputs) in sets)
            {
                CheckInferred(graph, outputs);
                Check("reference", outputs, ReferenceEvaluator.Run(graph, inputs));
            }

            reference = BackendResult.Pass;
            foreach ((Graph graph, Tensor[] inputs, Tensor[] outputs) in sets)
            {
                BackendPlan plan = RunPlan(GraphClone.Clone(graph), inputs);
                Check("plan", outputs, plan.Outputs);
                first ??= plan;
            }

            return new BackendResult(test.Name, BackendResult.Pass, BackendResult.Pass, "") { Compiled = first };
        }
        catch (ModelBuildException e) when (!IsInternal(e))
        {
            string code = Code(e);
            return Refused(test, ports, kept, new BackendResult(test.Name, reference.Length > 0 ? reference : code, code, Reason(e)));
        }
    }

    // With all inputs but the first as constants, and, where there are sequences, with every tensor beside them.
    private static BackendResult Refused(BackendCase test, BackendPorts ports, int kept, BackendResult refusal)
    {
        if (kept != AllInputs || test.DataSets[0].Inputs.Count < (ports.HasSequences ? 1 : 2))
        {
            return refusal;
        }

        for (int next = 1; next >= (ports.HasSequences ? 0 : 1); next--)
        {
            BackendResult result = RunWith(test, ports, next);
            if (result.Plan == BackendResult.Pass)
            {
                return result with { Reference = refusal.Reference == BackendResult.Pass ? BackendResult.Pass : BackendResult.Constants, Plan = BackendResult.Constants, Reason = refusal.Reason };
            }
        }

        return refusal;
    }

    // Plans of hundreds of megabytes of weights are not kept; LightModelTests has their generated code. The reference would take minutes.
    private static BackendResult RunLight(BackendCase test)
    {
        Graph graph = Import(test.Model, []);
        TypeInference.Run(graph);
        foreach (BackendDataSet set in test.DataSets)
        {
            Tensor[] outputs = Read(set.Outputs, "output");
            CheckInferred(graph, outputs);
            Check("plan", outputs, RunPlan(GraphClone.Clone(graph), Read(set.Inputs, "input")).Outputs);
        }

        return test.DataSets.Count > 0 ? new BackendResult(test.Name, BackendResult.None, BackendResult.Pass, "") : throw new WrongResultException("the test has no data");
    }

    private static BackendPlan RunPlan(Graph graph, Tensor[] inputs)
    {
        for (int i = 0; i < inputs.Length; i++)
        {
            graph.Inputs[i].Type = inputs[i].Type;
        }

        Graph source = GraphClone.Clone(graph);
        Rewrite(graph);
        CompiledModel model = CountedSizes.NextOf(graph) is null ? Planner.Plan(graph) : SizedCompiler.Compile([], (_, dependence) => Rewritten(source, dependence), null, allowsWinograd: true, default).Model;
        using PlanInterpreter interpreter = new(model);

        // A plan holds what C# has no type for by its bits.
        Tensor[] outputs = [.. interpreter.Run(inputs).Select((t, i) => DTypes.StorageOf(graph.Outputs[i].Value.Type.DType) == t.DType ? t.As(graph.Outputs[i].Value.Type.DType) : t)];
        return new BackendPlan(model, inputs, outputs);
    }

    private static Graph Rewritten(Graph source, SizeDependence dependence)
    {
        Graph graph = GraphClone.Clone(source);
        graph.SizeDependence = dependence;
        Rewrite(graph);
        return graph;
    }

    private static void Rewrite(Graph graph)
    {
        PassRunner.Run(graph, PassPipelines.Optimize, default);
        PassRunner.Run(graph, PassPipelines.Lowering, default);
    }

    private static Graph Import(byte[] bytes, Dictionary<string, int> lengths)
    {
        using MemoryStream stream = new(bytes);
        return new OnnxImporter(Operators.Set) { Lengths = lengths }.Import(stream, "model.onnx", folder: null);
    }

    private static Tensor[] Read(IReadOnlyList<byte[]> tensors, string name)
    {
        OnnxTensorReader reader = new(external: null);
        return [.. tensors.Select((bytes, i) => reader.Read(TensorProto.Parser.ParseFrom(bytes), $"{name}_{i}"))];
    }

    private static void CheckInferred(Graph graph, Tensor[] outputs)
    {
        for (int i = 0; i < Math.Min(outputs.Length, graph.Outputs.Count); i++)
        {
            TensorType inferred = graph.Outputs[i].Value.Type;
            bool fits = inferred.DType == outputs[i].DType && (inferred.Shape is not { } shape || Fits(shape, outputs[i]));
            if (!fits)
            {
                throw new WrongResultException($"inferred type of output {i} is {inferred}, the stored one {outputs[i].Type}");
            }
        }
    }

    private static bool Fits(Shape shape, Tensor tensor)
    {
        bool fits = shape.Rank == tensor.Rank;
        for (int d = 0; fits && d < shape.Rank; d++)
        {
            fits = !shape[d].IsKnown || shape[d].Equals(new Dim(tensor.Dims[d]));
        }

        return fits;
    }

    private static void Check(string what, Tensor[] expected, IReadOnlyList<Tensor> actual)
    {
        if (BackendComparison.Difference(expected, actual) is { } difference)
        {
            throw new WrongResultException($"{what}: {difference}");
        }
    }

    private static bool IsInternal(ModelBuildException e) => e.Diagnostics.Any(d => d.Descriptor.Code.StartsWith("MDB9", StringComparison.Ordinal));

    private static string Code(ModelBuildException e) => e.Diagnostics[0].Descriptor.Code;

    private static string Reason(ModelBuildException e) => e.Diagnostics[0].Message.ReplaceLineEndings(" ").Replace(BackendResult.Separator, ' ');
}
