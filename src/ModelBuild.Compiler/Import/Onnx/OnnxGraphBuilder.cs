using ModelBuild.Compiler.Import.Onnx.Maps;
using ModelBuild.Compiler.Import.Onnx.Sequences;
using ModelBuild.Compiler.Import.Onnx.Strings;
using ModelBuild.Compiler.Import.Onnx.Wire;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.MachineLearning;

namespace ModelBuild.Compiler.Import.Onnx;

/// <summary>Makes one <see cref="Graph"/> of a parsed model: inputs, constants and outputs; the nodes are made by <see cref="OnnxNodeBuilder"/>.</summary>
/// <param name="build">New for every model.</param>
internal sealed class OnnxGraphBuilder(OnnxBuild build)
{
    /// <summary>Builds the graph.</summary>
    /// <param name="model">Parsed and checked for versions.</param>
    /// <param name="path">For messages.</param>
    public Graph Build(ModelProto model, string path)
    {
        Dictionary<string, long> opsets = OnnxReader.OpsetVersions(model.OpsetImport, path);
        build.Functions = new OnnxFunctions(model.Functions, path);
        OnnxTypes.CollectSymbols(model.Graph.Input, build.Symbols);
        Graph graph = new(build.Operators, model.Graph.Name) { SourceOpset = OnnxSourceOpset.Of(model, opsets.GetValueOrDefault("", Graph.CanonicalOpset)) };
        OnnxScope scope = new() { Target = graph, Opsets = opsets };
        build.Top = scope;
        foreach (ValueInfoProto info in model.Graph.ValueInfo.Concat(model.Graph.Output))
        {
            build.Declared[info.Name] = info;
        }

        OnnxInitializers.Add(build, model.Graph, scope);
        build.SequencePorts.Reserve(model.Graph);
        foreach (ValueInfoProto input in model.Graph.Input)
        {
            // Before IR version 4 every initializer is also listed as an input.
            if (scope.Find(input.Name) is { IsConstant: true })
            {
                continue;
            }

            if (input.Name.Length == 0 || scope.IsDefinedHere(input.Name))
            {
                throw OnnxErrors.Invalid(input.Name.Length == 0 ? "A graph input has no name." : $"Graph input '{input.Name}' is listed twice.");
            }

            scope.DefineNew((input.Name, AddInput(graph, input, model.Graph.Node)));
        }

        build.SequencePorts.CheckLengths();
        if (model.Graph.Output.Count == 0)
        {
            throw OnnxErrors.Invalid($"'{Path.GetFileName(path)}' has no graph outputs.");
        }

        new OnnxNodeBuilder(build).BuildNodes(model.Graph.Node, scope);
        build.SequencePorts.ReserveOutputs(model.Graph);
        HashSet<string> outputs = new(StringComparer.Ordinal);
        foreach (ValueInfoProto output in model.Graph.Output)
        {
            Value value = scope.Find(output.Name) ?? throw OnnxErrors.Invalid($"Graph output '{output.Name}' is produced by no node.");
            build.SequencePorts.AddOutput(graph, output.Name, outputs.Add(output.Name) ? value : throw OnnxErrors.Invalid($"Graph output '{output.Name}' is listed twice."));
        }

        OnnxSequences.RemoveResolved(graph);
        AddOpsets(graph, opsets);
        OnnxLabels.Set(graph, model, build.Strings);
        OnnxMapKeys.Set(graph, model);
        return graph;
    }

    private Value AddInput(Graph graph, ValueInfoProto input, IReadOnlyList<NodeProto> nodes) => input.Type?.ValueCase switch
    {
        TypeProto.ValueOneofCase.SequenceType or TypeProto.ValueOneofCase.OptionalType => build.SequencePorts.AddInput(graph, input, build.Symbols),
        TypeProto.ValueOneofCase.MapType => build.Maps.AddInput(graph, input, nodes, build.Symbols),
        _ => graph.AddInput(input.Name, OnnxTypes.OfInput(input, build.Symbols)),
    };

    /// <summary>Tells a graph the versions of the operator sets that it has once older meanings have been upgraded.</summary>
    public static void AddOpsets(Graph graph, IReadOnlyDictionary<string, long> opsets)
    {
        foreach ((string domain, long version) in opsets)
        {
            graph.Opsets[domain] = domain switch
            {
                "" => Math.Max(version, Graph.CanonicalOpset),
                MachineLearningOp.DomainName => Math.Max(version, MachineLearningOp.CanonicalOpset),
                _ => version,
            };
        }
    }
}
