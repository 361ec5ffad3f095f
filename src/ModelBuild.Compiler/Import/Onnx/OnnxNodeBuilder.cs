using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import.Onnx.Sequences;
using ModelBuild.Compiler.Import.Onnx.Upgrades;
using ModelBuild.Compiler.Import.Onnx.Wire;
using ModelBuild.Compiler.Ir;
using Kind = ModelBuild.Compiler.Import.Onnx.Wire.AttributeProto.Types.AttributeType;

namespace ModelBuild.Compiler.Import.Onnx;

/// <summary>Adds stored nodes to graphs: names resolved, attributes read, old meanings upgraded, sequences resolved. Subgraphs and functions are <see cref="OnnxBodyBuilder"/>'s.</summary>
internal sealed class OnnxNodeBuilder
{
    private const int MaxNodes = 1_000_000;

    private readonly OnnxBuild _build;
    private readonly HashSet<string> _nodeNames = new(StringComparer.Ordinal);
    private readonly OnnxBodyBuilder _bodies;
    private readonly SequenceBodies _sequenceBodies;
    private readonly SequenceBranches _branches;
    private int _nodeCount;

    /// <summary>A builder for all graphs of one model.</summary>
    public OnnxNodeBuilder(OnnxBuild build)
    {
        _build = build;
        _branches = new SequenceBranches(build.Sequences);
        _bodies = new OnnxBodyBuilder(build, this, _branches);
        _sequenceBodies = new SequenceBodies(build.Sequences, build.Known, _bodies.WriteOut);
    }

    /// <summary>Adds nodes in topological order.</summary>
    public void BuildNodes(IReadOnlyList<NodeProto> nodes, OnnxScope scope)
    {
        foreach (NodeProto node in OnnxNodeOrder.Sort(nodes, _build.Cancellation))
        {
            _build.Cancellation.ThrowIfCancellationRequested();
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
            throw OnnxErrors.Invalid($"Node '{name}' has no operator name.", name);
        }

        if (domain == InternalDomain.Name)
        {
            throw OnnxErrors.Invalid($"Node '{name}' uses the domain '{domain}', which is reserved.", name);
        }

        List<Value?> inputs = [];
        foreach (string input in node.Input)
        {
            inputs.Add(input.Length == 0 ? null : scope.Find(input) ?? throw OnnxErrors.Invalid($"'{name}' ({node.OpType}) reads '{input}', which nothing produces.", name));
        }

        TrimEnd(inputs, i => i is null);
        List<string> outputs = [.. node.Output];
        TrimEnd(outputs, o => o.Length == 0);
        if (outputs.Find(o => o.Length > 0 && scope.IsDefinedHere(o)) is { } taken)
        {
            throw OnnxErrors.Invalid($"'{name}' ({node.OpType}) writes '{taken}', which is already a graph input, an initializer or another node's output.", name);
        }

        if (_build.Functions.Find(domain, node.OpType, node.Overload) is { } function)
        {
            _bodies.Inline(function, node, name, inputs, outputs, scope);
            return;
        }

        if (!scope.Opsets.TryGetValue(domain, out long version))
        {
            throw new ModelBuildException(Diagnostic.At(Descriptors.UnsupportedVersion, name, $"'{name}' ({node.OpType}) is of domain '{domain}', of which the model imports no version (opset_import)."));
        }

        if (domain.Length == 0 && _sequenceBodies.WriteOut(node, name, inputs, scope) is { } written)
        {
            scope.DefineAll(outputs, written);
            return;
        }

        AttributeMap attributes = ReadAttributes(node, name, scope);
        if (domain.Length == 0 && node.OpType == "Constant")
        {
            scope.DefineNew(outputs is [{ Length: > 0 } only] && inputs.Count == 0
                ? (only, scope.Target.AddConstant(scope.NameInTarget(only), OnnxConstant.Read(attributes, name)))
                : throw OnnxErrors.Invalid($"Constant '{name}' must have one output and no input.", name));
            return;
        }

        PendingNode pending = new(scope.Target, name, node.OpType, version, inputs, attributes, [.. outputs.Select(o => o.Length == 0 ? "" : scope.NameInTarget(o))]);
        if (domain.Length == 0)
        {
            OnnxUpgrades.Apply(pending);
        }

        if (domain.Length == 0 && (_build.Sequences.Resolve(pending) ?? (node.OpType == "If" ? _branches.Add(pending, _build.Cancellation) : null)) is { } resolved)
        {
            scope.DefineAll(outputs, resolved);
            return;
        }

        DeclaredImageSizes.Note(pending, domain, scope == _build.Top ? _build.Declared.GetValueOrDefault(outputs.FirstOrDefault() ?? "") : null, _build.Symbols);
        IReadOnlyList<Value?> values = pending.AddTo(_build.Strings.Before(pending, _build.Maps.Before(pending, domain)), _build.Cancellation);
        _build.Strings.After(values);
        for (int i = 0; i < outputs.Count && i < values.Count; i++)
        {
            if (values[i] is { } value && outputs[i].Length > 0)
            {
                if (value.Type.DType == DType.Undefined && scope == _build.Top && _build.Declared.TryGetValue(outputs[i], out ValueInfoProto? info))
                {
                    value.Type = OnnxTypes.AsDeclared(info, _build.Symbols);
                }

                scope.DefineNew((outputs[i], value));
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
                    throw OnnxErrors.InvalidNode(name, $"Attribute '{stored.Name}' of '{name}' refers to an attribute of a function, but the node stands in none.");
                }

                // One that the caller leaves out and that has no default is left out of the body's node too.
                if (!scope.FunctionAttributes.TryGetValue(stored.RefAttrName, out attribute))
                {
                    continue;
                }
            }

            if (attributes.Contains(stored.Name))
            {
                throw OnnxErrors.InvalidNode(name, $"Attribute '{stored.Name}' of '{name}' is given twice.");
            }

            Kind kind = OnnxAttributes.KindOf(attribute, name);
            if (kind == Kind.TypeProto && node.OpType == "Optional")
            {
                continue;
            }

            attributes[stored.Name] = kind == Kind.Graph && attribute.G is not null
                ? new GraphAttribute(_bodies.BuildSubgraph(attribute.G, scope, name, isBranch: node.OpType == "If"))
                : OnnxAttributes.Read(attribute, kind, _build.Tensors, name);
        }

        return attributes;
    }

    /// <summary>A node name that is not taken. Names need not be unique in a file, those of values are; repeating one name for every node must not cost quadratic time.</summary>
    public string UniqueNodeName(string wanted, NodeProto? node, OnnxScope scope)
    {
        if (_nodeNames.Add(wanted))
        {
            return wanted;
        }

        string? output = node?.Output.FirstOrDefault(o => o.Length > 0);
        string name = output is null ? $"{wanted}#{_nodeNames.Count}" : scope.Prefix + output;
        return _nodeNames.Add(name) ? name : $"{name}#{_nodeNames.Count}";
    }

    private static void TrimEnd<T>(List<T> list, Predicate<T> empty)
    {
        while (list.Count > 0 && empty(list[^1]))
        {
            list.RemoveAt(list.Count - 1);
        }
    }
}
