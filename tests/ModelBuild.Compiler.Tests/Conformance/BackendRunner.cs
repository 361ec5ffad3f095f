using Google.Protobuf;
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
    /// <summary>A value, type or shape that is not the stored one.</summary>
    private sealed class WrongResultException(string message) : Exception(message);

    /// <summary>Runs it; what goes wrong is in the result.</summary>
    public static BackendResult Run(BackendCase test)
    {
        string reference = "";
        try
        {
            Graph graph = Import(test.Model);
            TypeInference.Run(graph);
            Diagnostic[] unsupported = [.. UnsupportedOperators.Find(graph)];
            if (unsupported.Length > 0)
            {
                string operators = string.Join(' ', SubgraphCaptures.NodesOf(graph).Where(n => n.Op is null).Select(n => n.OpType).Distinct().Order(StringComparer.Ordinal));
                return new BackendResult(test.Name, unsupported[0].Descriptor.Code, unsupported[0].Descriptor.Code, operators);
            }

            (Tensor[] Inputs, Tensor[] Outputs)[] sets = [.. test.DataSets.Select(s => (Read(s.Inputs, "input"), Read(s.Outputs, "output")))];
            if (sets.Length == 0)
            {
                throw new WrongResultException("the test has no data");
            }

            bool light = LightModels.Contains(test.Name);
            foreach ((Tensor[] inputs, Tensor[] outputs) in sets)
            {
                CheckInferred(graph, outputs);
                if (!light)
                {
                    Check("reference", outputs, ReferenceEvaluator.Run(graph, inputs));
                }
            }

            reference = light ? BackendResult.None : BackendResult.Pass;

            // Plans of hundreds of megabytes of weights are not kept; LightModelTests has their generated code.
            return light ? Plan(test, graph, sets) with { Reference = reference, Compiled = null } : Plan(test, graph, sets);
        }
        catch (WrongResultException) when (BackendDeviations.ReasonOf(test.Name) is not null)
        {
            return new BackendResult(test.Name, BackendResult.Differs, BackendResult.Differs, BackendDeviations.ReasonOf(test.Name)!);
        }
        catch (ModelBuildException e) when (!IsInternal(e))
        {
            string code = Code(e);
            return new BackendResult(test.Name, reference.Length > 0 ? reference : code, code, Reason(e));
        }
        catch (Exception e)
        {
            return new BackendResult(test.Name, reference, "", "", e is WrongResultException ? e.Message : e.ToString());
        }
    }

    private static BackendResult Plan(BackendCase test, Graph graph, (Tensor[] Inputs, Tensor[] Outputs)[] sets)
    {
        try
        {
            BackendPlan? first = null;
            foreach ((Tensor[] inputs, Tensor[] outputs) in sets)
            {
                BackendPlan plan = RunPlan(GraphClone.Clone(graph), inputs);
                Check("plan", outputs, plan.Outputs);
                first ??= plan;
            }

            return new BackendResult(test.Name, BackendResult.Pass, BackendResult.Pass, "") { Compiled = first };
        }
        catch (ModelBuildException e) when (!IsInternal(e) && sets[0].Inputs.Length > 1)
        {
            try
            {
                BackendPlan? first = null;
                foreach ((Tensor[] inputs, Tensor[] outputs) in sets)
                {
                    BackendPlan plan = RunPlan(WithConstants(test, graph, inputs), inputs[..1]);
                    Check("plan with constant inputs", outputs, plan.Outputs);
                    first ??= plan;
                }

                return new BackendResult(test.Name, BackendResult.Pass, BackendResult.Constants, Reason(e)) { Compiled = first };
            }
            catch (ModelBuildException constants) when (!IsInternal(constants))
            {
                return new BackendResult(test.Name, BackendResult.Pass, Code(constants), Reason(constants));
            }
        }
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

    // An initializer of an input's name is its value (IR version 4 and later: its default).
    private static Graph WithConstants(BackendCase test, Graph graph, Tensor[] inputs)
    {
        ModelProto model = ModelProto.Parser.ParseFrom(test.Model);
        for (int i = 1; i < inputs.Length; i++)
        {
            TensorProto constant = new() { Name = graph.Inputs[i].Name, DataType = (int)inputs[i].DType };
            if (inputs[i].DType == DType.String)
            {
                constant.StringData.AddRange(inputs[i].ToStringArray().Select(ByteString.CopyFromUtf8));
            }
            else
            {
                constant.RawData = ByteString.CopyFrom(inputs[i].Bytes);
            }

            constant.Dims.AddRange(inputs[i].Dims);
            model.Graph.Initializer.Add(constant);
        }

        return Import(model.ToByteArray());
    }

    private static Graph Import(byte[] bytes)
    {
        using MemoryStream stream = new(bytes);
        return new OnnxImporter(Operators.Set).Import(stream, "model.onnx", folder: null);
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
