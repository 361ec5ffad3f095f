using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import.Onnx.Sequences;
using ModelBuild.Compiler.Import.Onnx.Strings;
using ModelBuild.Compiler.Import.Onnx.Upgrades;
using ModelBuild.Compiler.Import.Onnx.Wire;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.MachineLearning;
using Kind = ModelBuild.Compiler.Import.Onnx.Wire.AttributeProto.Types.AttributeType;

namespace ModelBuild.Compiler.Import.Onnx;

/// <summary>Makes one <see cref="Graph"/> of a parsed model: names resolved, functions inlined, constants and subgraphs built, old meanings upgraded.</summary>
internal sealed class OnnxGraphBuilder
{
    private const int MaxDepth = 64;
    private const int MaxNodes = 1_000_000;

    private readonly IOperatorSet _operators;
    private readonly OnnxTensorReader _tensors;
    private readonly CancellationToken _cancellation;
    private readonly HashSet<string> _symbols = new(StringComparer.Ordinal);

    // What the model declares about values that no definition tells.
    private readonly Dictionary<string, ValueInfoProto> _declared = new(StringComparer.Ordinal);
    private OnnxScope? _top;
    private readonly HashSet<string> _nodeNames = new(StringComparer.Ordinal);
    private readonly OnnxStrings _strings = new();
    private OnnxFunctions _functions = OnnxFunctions.None;
    private readonly OnnxSequences _sequences;
    private readonly SequenceBodies _bodies;
    private readonly SequenceBranches _branches;
    private int _nodeCount;

    /// <summary>A builder for one model.</summary>
    public OnnxGraphBuilder(IOperatorSet operators, OnnxTensorReader tensors, CancellationToken cancellation)
    {
        _operators = operators;
        _tensors = tensors;
        _cancellation = cancellation;
        KnownValues known = new(cancellation);
        _sequences = new OnnxSequences(known, cancellation);
        _bodies = new SequenceBodies(_sequences, known, WriteOut);
        _branches = new SequenceBranches(_sequences);
    }

    /// <summary>Builds the graph.</summary>
    /// <param name="model">Parsed and checked for versions.</param>
    /// <param name="path">For messages.</param>
    public Graph Build(ModelProto model, string path)
    {
        Dictionary<string, long> opsets = OnnxReader.OpsetVersions(model.OpsetImport, path);
        _functions = new OnnxFunctions(model.Functions, path);
        OnnxTypes.CollectSymbols(model.Graph.Input, _symbols);
        Graph graph = new(_operators, model.Graph.Name) { SourceOpset = (int)opsets.GetValueOrDefault("", Graph.CanonicalOpset) };
        OnnxScope scope = new() { Target = graph, Opsets = opsets };
        _top = scope;
        foreach (ValueInfoProto info in model.Graph.ValueInfo.Concat(model.Graph.Output))
        {
            _declared[info.Name] = info;
        }

        AddInitializers(model.Graph, scope);
        foreach (ValueInfoProto input in model.Graph.Input)
        {
            // Before IR version 4 every initializer is also listed as an input.
            if (scope.Find(input.Name) is { IsConstant: true })
            {
                continue;
            }

            TensorType type = OnnxTypes.OfInput(input, _symbols);
            if (input.Name.Length == 0 || !scope.Define(input.Name, graph.AddInput(input.Name, type)))
            {
                throw Invalid(input.Name.Length == 0 ? "A graph input has no name." : $"Graph input '{input.Name}' is listed twice.");
            }
        }

        if (model.Graph.Output.Count == 0)
        {
            throw Invalid($"'{Path.GetFileName(path)}' has no graph outputs.");
        }

        BuildNodes(model.Graph.Node, scope);
        HashSet<string> outputs = new(StringComparer.Ordinal);
        foreach (ValueInfoProto output in model.Graph.Output)
        {
            Value value = scope.Find(output.Name) ?? throw Invalid($"Graph output '{output.Name}' is produced by no node.");
            _sequences.CheckOutput(output.Name, value);
            graph.AddOutput(output.Name, outputs.Add(output.Name) ? value : throw Invalid($"Graph output '{output.Name}' is listed twice."));
        }

        OnnxSequences.RemoveResolved(graph);
        AddOpsets(graph, opsets);
        OnnxLabels.Set(graph, model, _strings);
        return graph;
    }

    private static void AddOpsets(Graph graph, IReadOnlyDictionary<string, long> opsets)
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

    private void AddInitializers(GraphProto proto, OnnxScope scope)
    {
        foreach (TensorProto initializer in proto.Initializer)
        {
            _cancellation.ThrowIfCancellationRequested();
            Define(initializer.Name, _tensors.Read(initializer, initializer.Name));
        }

        foreach (SparseTensorProto initializer in proto.SparseInitializer)
        {
            string name = initializer.Values?.Name ?? "";
            Define(name, _tensors.ReadSparse(initializer, name));
        }

        void Define(string name, Tensor tensor)
        {
            if (name.Length == 0 || !scope.Define(name, scope.Target.AddConstant(scope.NameInTarget(name), tensor)))
            {
                throw Invalid(name.Length == 0 ? "An initializer has no name." : $"Initializer '{name}' is given twice.");
            }
        }
    }

    private void BuildNodes(IReadOnlyList<NodeProto> nodes, OnnxScope scope)
    {
        foreach (NodeProto node in OnnxNodeOrder.Sort(nodes, _cancellation))
        {
            _cancellation.ThrowIfCancellationRequested();
            if (++_nodeCount > MaxNodes)
            {
                throw new ModelBuildException(Diagnostic.Of(Descriptors.ReadLimit, $"The model has more than {MaxNodes} nodes once its functions are inlined."));
            }

            BuildNode(node, scope);
        }
    }

    private void BuildNode(NodeProto node, OnnxScope scope)
    {
        string domain = OnnxReader.NormalizeDomain(node.Domain);
        string name = UniqueNodeName(scope.Prefix + OnnxNodeOrder.NameOf(node), node, scope);
        if (node.OpType.Length == 0)
        {
            throw Invalid($"Node '{name}' has no operator name.", name);
        }

        if (domain == InternalDomain.Name)
        {
            throw Invalid($"Node '{name}' uses the domain '{domain}', which is reserved.", name);
        }

        List<Value?> inputs = [];
        foreach (string input in node.Input)
        {
            inputs.Add(input.Length == 0 ? null : scope.Find(input) ?? throw Invalid($"'{name}' ({node.OpType}) reads '{input}', which nothing produces.", name));
        }

        TrimEnd(inputs, i => i is null);
        List<string> outputs = [.. node.Output];
        TrimEnd(outputs, o => o.Length == 0);
        if (outputs.Find(o => o.Length > 0 && scope.IsDefinedHere(o)) is { } taken)
        {
            throw Invalid($"'{name}' ({node.OpType}) writes '{taken}', which is already a graph input, an initializer or another node's output.", name);
        }

        if (_functions.Find(domain, node.OpType, node.Overload) is { } function)
        {
            Inline(function, node, name, inputs, outputs, scope);
            return;
        }

        if (!scope.Opsets.TryGetValue(domain, out long version))
        {
            throw new ModelBuildException(Diagnostic.At(Descriptors.UnsupportedVersion, name, $"'{name}' ({node.OpType}) is of domain '{domain}', of which the model imports no version (opset_import)."));
        }

        if (domain.Length == 0 && _bodies.WriteOut(node, name, inputs, scope) is { } written)
        {
            DefineAll(scope, outputs, written);
            return;
        }

        AttributeMap attributes = ReadAttributes(node, name, scope);
        if (domain.Length == 0 && node.OpType == "Constant")
        {
            Define(scope, outputs is [{ Length: > 0 } only] && inputs.Count == 0
                ? (only, scope.Target.AddConstant(scope.NameInTarget(only), OnnxConstant.Read(attributes, name)))
                : throw Invalid($"Constant '{name}' must have one output and no input.", name));
            return;
        }

        PendingNode pending = new(scope.Target, name, node.OpType, version, inputs, attributes, [.. outputs.Select(o => o.Length == 0 ? "" : scope.NameInTarget(o))]);
        if (domain.Length == 0)
        {
            OnnxUpgrades.Apply(pending);
        }

        if (domain.Length == 0 && (_sequences.Resolve(pending) ?? (node.OpType == "If" ? _branches.Add(pending, _cancellation) : null)) is { } resolved)
        {
            DefineAll(scope, outputs, resolved);
            return;
        }

        IReadOnlyList<Value?> values = pending.AddTo(_strings.Before(pending, domain), _cancellation);
        _strings.After(values);
        for (int i = 0; i < outputs.Count && i < values.Count; i++)
        {
            if (values[i] is { } value && outputs[i].Length > 0)
            {
                if (value.Type.DType == DType.Undefined && scope == _top && _declared.TryGetValue(outputs[i], out ValueInfoProto? info))
                {
                    value.Type = OnnxTypes.AsDeclared(info, _symbols);
                }

                Define(scope, (outputs[i], value));
            }
        }
    }

    private AttributeMap ReadAttributes(NodeProto node, string name, OnnxScope scope)
    {
        AttributeMap attributes = [];
        foreach (AttributeProto stored in node.Attribute)
        {
            AttributeProto? attribute = stored;
            if (stored.HasRefAttrName && stored.RefAttrName.Length > 0)
            {
                if (scope.FunctionAttributes is null)
                {
                    throw NodeInvalid(name, $"Attribute '{stored.Name}' of '{name}' refers to an attribute of a function, but the node stands in none.");
                }

                // One that the caller leaves out and that has no default is left out of the body's node too.
                if (!scope.FunctionAttributes.TryGetValue(stored.RefAttrName, out attribute))
                {
                    continue;
                }
            }

            if (attributes.Contains(stored.Name))
            {
                throw NodeInvalid(name, $"Attribute '{stored.Name}' of '{name}' is given twice.");
            }

            Kind kind = OnnxAttributes.KindOf(attribute, name);
            if (kind == Kind.TypeProto && node.OpType == "Optional")
            {
                continue;
            }

            attributes[stored.Name] = kind == Kind.Graph && attribute.G is not null
                ? new GraphAttribute(BuildSubgraph(attribute.G, scope, name, isBranch: node.OpType == "If"))
                : OnnxAttributes.Read(attribute, kind, _tensors, name);
        }

        return attributes;
    }

    private Graph BuildSubgraph(GraphProto proto, OnnxScope parent, string owner, bool isBranch)
    {
        CheckDepth(parent, owner);
        Graph graph = new(_operators, proto.Name) { SourceOpset = parent.Target.SourceOpset };
        OnnxScope scope = new()
        {
            Target = graph,
            Parent = parent,
            Opsets = parent.Opsets,
            Prefix = parent.Prefix,
            FunctionAttributes = parent.FunctionAttributes,
            Depth = parent.Depth + 1,
        };
        OnnxTypes.CollectSymbols(proto.Input, _symbols);
        foreach (ValueInfoProto input in proto.Input)
        {
            if (input.Name.Length == 0 || !scope.Define(input.Name, graph.AddInput(scope.NameInTarget(input.Name), OnnxTypes.AsDeclared(input, _symbols))))
            {
                throw Invalid($"A subgraph of '{owner}' has an input without a name or lists '{input.Name}' twice.", owner);
            }
        }

        AddInitializers(proto, scope);
        BuildNodes(proto.Node, scope);
        List<Value> outputs = [.. proto.Output.Select(o => scope.Find(o.Name) ?? throw Invalid($"Output '{o.Name}' of a subgraph of '{owner}' is produced by no node.", owner))];
        foreach (Value output in isBranch ? _branches.Flatten(graph, outputs) : outputs)
        {
            Value value = output;

            // Every output is then produced inside and bound once, which the readers' lists of outer values rely on.
            if (value.Producer?.Graph != graph || graph.IsOutput(value))
            {
                value = graph.Add("Identity", UniqueNodeName($"{owner}/output{graph.Outputs.Count}", null, scope), [value]);
            }

            graph.AddOutput(value.Name, value);
        }

        AddOpsets(graph, parent.Opsets);
        return graph;
    }

    private IReadOnlyList<Value> WriteOut(GraphProto proto, OnnxScope parent, string name, IReadOnlyList<Value> inputs)
    {
        CheckDepth(parent, name);
        OnnxScope scope = new()
        {
            Target = parent.Target,
            Parent = parent,
            Prefix = name + "/",
            Opsets = parent.Opsets,
            FunctionAttributes = parent.FunctionAttributes,
            Depth = parent.Depth + 1,
        };
        if (proto.Input.Count != inputs.Count)
        {
            throw Invalid($"A subgraph of '{name}' has {proto.Input.Count} inputs; {inputs.Count} are needed.", name);
        }

        for (int i = 0; i < inputs.Count; i++)
        {
            Define(scope, (proto.Input[i].Name, inputs[i]));
        }

        AddInitializers(proto, scope);
        BuildNodes(proto.Node, scope);
        return [.. proto.Output.Select(o => scope.Find(o.Name) ?? throw Invalid($"Output '{o.Name}' of a subgraph of '{name}' is produced by no node.", name))];
    }

    private void Inline(OnnxFunction function, NodeProto call, string name, List<Value?> inputs, List<string> outputs, OnnxScope caller)
    {
        CheckDepth(caller, name);
        FunctionProto proto = function.Proto;
        if (inputs.Count > proto.Input.Count || outputs.Count > proto.Output.Count)
        {
            throw NodeInvalid(name, $"'{name}' calls function '{proto.Name}' with {inputs.Count} inputs and {outputs.Count} outputs; it has {proto.Input.Count} and {proto.Output.Count}.");
        }

        using IDisposable active = function.Enter(name);
        Dictionary<string, AttributeProto> attributes = new(StringComparer.Ordinal);
        foreach (AttributeProto attribute in proto.AttributeProto)
        {
            attributes[attribute.Name] = attribute;
        }

        foreach (AttributeProto attribute in call.Attribute)
        {
            if (!attribute.HasRefAttrName || attribute.RefAttrName.Length == 0)
            {
                attributes[attribute.Name] = attribute;
            }
            else if (caller.FunctionAttributes is not null && caller.FunctionAttributes.TryGetValue(attribute.RefAttrName, out AttributeProto? given))
            {
                attributes[attribute.Name] = given;
            }
        }

        Dictionary<string, string> names = new(StringComparer.Ordinal);
        for (int i = 0; i < outputs.Count; i++)
        {
            if (outputs[i].Length > 0)
            {
                names[proto.Output[i]] = caller.NameInTarget(outputs[i]);
            }
        }

        OnnxScope scope = new()
        {
            Target = caller.Target,
            Prefix = name + "/",
            Opsets = function.Opsets,
            FunctionAttributes = attributes,
            OutputNames = names,
            Depth = caller.Depth + 1,
        };
        for (int i = 0; i < inputs.Count; i++)
        {
            if (inputs[i] is { } input && !scope.Define(proto.Input[i], input))
            {
                throw Invalid($"Function '{proto.Name}' lists the input '{proto.Input[i]}' twice.", name);
            }
        }

        BuildNodes(function.NodesFor(inputs), scope);
        for (int i = 0; i < outputs.Count; i++)
        {
            if (outputs[i].Length > 0)
            {
                Define(caller, (outputs[i], scope.Find(proto.Output[i]) ?? throw Invalid($"Output '{proto.Output[i]}' of function '{proto.Name}' is produced by no node.", name)));
            }
        }
    }

    // Node names need not be unique in a file, value names are; repeating one name for every node must not cost quadratic time.
    private string UniqueNodeName(string wanted, NodeProto? node, OnnxScope scope)
    {
        if (_nodeNames.Add(wanted))
        {
            return wanted;
        }

        string? output = node?.Output.FirstOrDefault(o => o.Length > 0);
        string name = output is null ? $"{wanted}#{_nodeNames.Count}" : scope.Prefix + output;
        return _nodeNames.Add(name) ? name : $"{name}#{_nodeNames.Count}";
    }

    private static void CheckDepth(OnnxScope scope, string node)
    {
        if (scope.Depth >= MaxDepth)
        {
            throw new ModelBuildException(Diagnostic.At(Descriptors.ReadLimit, node, $"Subgraphs and function calls are nested more than {MaxDepth} deep at '{node}'."));
        }
    }

    private static void DefineAll(OnnxScope scope, IReadOnlyList<string> names, IReadOnlyList<Value?> values)
    {
        for (int i = 0; i < names.Count && i < values.Count; i++)
        {
            if (names[i].Length > 0 && values[i] is { } value)
            {
                Define(scope, (names[i], value));
            }
        }
    }

    private static void Define(OnnxScope scope, (string Name, Value Value) definition)
    {
        if (!scope.Define(definition.Name, definition.Value))
        {
            throw Invalid($"'{definition.Name}' is defined twice.");
        }
    }

    private static void TrimEnd<T>(List<T> list, Predicate<T> empty)
    {
        while (list.Count > 0 && empty(list[^1]))
        {
            list.RemoveAt(list.Count - 1);
        }
    }

    private static ModelBuildException Invalid(string message) => new(Diagnostic.Of(Descriptors.InvalidGraph, message));

    private static ModelBuildException Invalid(string message, string node) => new(Diagnostic.At(Descriptors.InvalidGraph, node, message));

    private static ModelBuildException NodeInvalid(string node, string message) => new(Diagnostic.At(Descriptors.InvalidNode, node, message));
}
