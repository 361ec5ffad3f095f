using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import.Onnx.Sequences;
using ModelBuild.Compiler.Import.Onnx.Wire;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Import.Onnx;

/// <summary>Builds what nodes hold or call: subgraphs, as graphs of their own or written out where they stand, and functions, which are inlined.</summary>
internal sealed class OnnxBodyBuilder(OnnxBuild build, OnnxNodeBuilder nodes, SequenceBranches branches)
{
    private const int MaxDepth = 64;

    /// <summary>Makes a graph of a subgraph, whose nodes may use values of the graphs around it.</summary>
    /// <param name="owner">The node that has it.</param>
    /// <param name="isBranch">True for a branch of an If, of which a sequence becomes its elements.</param>
    public Graph BuildSubgraph(GraphProto proto, OnnxScope parent, string owner, bool isBranch)
    {
        CheckDepth(parent, owner);
        Graph graph = new(build.Operators, proto.Name) { SourceOpset = parent.Target.SourceOpset };
        OnnxScope scope = new()
        {
            Target = graph,
            Parent = parent,
            Opsets = parent.Opsets,
            Prefix = parent.Prefix,
            FunctionAttributes = parent.FunctionAttributes,
            Depth = parent.Depth + 1,
        };
        OnnxTypes.CollectSymbols(proto.Input, build.Symbols);
        foreach (ValueInfoProto input in proto.Input)
        {
            if (input.Name.Length == 0 || !scope.Define(input.Name, graph.AddInput(scope.NameInTarget(input.Name), OnnxTypes.AsDeclared(input, build.Symbols))))
            {
                throw OnnxErrors.Invalid($"A subgraph of '{owner}' has an input without a name or lists '{input.Name}' twice.", owner);
            }
        }

        OnnxInitializers.Add(build, proto, scope);
        nodes.BuildNodes(proto.Node, scope);
        List<Value> outputs = [.. proto.Output.Select(o => scope.Find(o.Name) ?? throw OnnxErrors.Invalid($"Output '{o.Name}' of a subgraph of '{owner}' is produced by no node.", owner))];
        foreach (Value output in isBranch ? branches.Flatten(graph, outputs) : outputs)
        {
            Value value = output;

            // Every output is then produced inside and bound once, which the readers' lists of outer values rely on.
            if (value.Producer?.Graph != graph || graph.IsOutput(value))
            {
                value = graph.Add("Identity", nodes.UniqueNodeName($"{owner}/output{graph.Outputs.Count}", null, scope), [value]);
            }

            graph.AddOutput(value.Name, value);
        }

        OnnxGraphBuilder.AddOpsets(graph, parent.Opsets);
        return graph;
    }

    /// <summary>Adds the nodes of a subgraph to the graph around it.</summary>
    /// <param name="name">Put before the names of nodes and values.</param>
    /// <param name="inputs">The values of its inputs.</param>
    /// <returns>The values of its outputs.</returns>
    public IReadOnlyList<Value> WriteOut(GraphProto proto, OnnxScope parent, string name, IReadOnlyList<Value> inputs)
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
            throw OnnxErrors.Invalid($"A subgraph of '{name}' has {proto.Input.Count} inputs; {inputs.Count} are needed.", name);
        }

        for (int i = 0; i < inputs.Count; i++)
        {
            scope.DefineNew((proto.Input[i].Name, inputs[i]));
        }

        OnnxInitializers.Add(build, proto, scope);
        nodes.BuildNodes(proto.Node, scope);
        return [.. proto.Output.Select(o => scope.Find(o.Name) ?? throw OnnxErrors.Invalid($"Output '{o.Name}' of a subgraph of '{name}' is produced by no node.", name))];
    }

    /// <summary>Adds the nodes of a function where it is called.</summary>
    public void Inline(OnnxFunction function, NodeProto call, string name, List<Value?> inputs, List<string> outputs, OnnxScope caller)
    {
        CheckDepth(caller, name);
        FunctionProto proto = function.Proto;
        if (inputs.Count > proto.Input.Count || outputs.Count > proto.Output.Count)
        {
            throw OnnxErrors.InvalidNode(name, $"'{name}' calls function '{proto.Name}' with {inputs.Count} inputs and {outputs.Count} outputs; it has {proto.Input.Count} and {proto.Output.Count}.");
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
                throw OnnxErrors.Invalid($"Function '{proto.Name}' lists the input '{proto.Input[i]}' twice.", name);
            }
        }

        nodes.BuildNodes(function.NodesFor(inputs), scope);
        for (int i = 0; i < outputs.Count; i++)
        {
            if (outputs[i].Length > 0)
            {
                caller.DefineNew((outputs[i], scope.Find(proto.Output[i]) ?? throw OnnxErrors.Invalid($"Output '{proto.Output[i]}' of function '{proto.Name}' is produced by no node.", name)));
            }
        }
    }

    private static void CheckDepth(OnnxScope scope, string node)
    {
        if (scope.Depth >= MaxDepth)
        {
            throw new ModelBuildException(Diagnostic.At(Descriptors.ReadLimit, node, $"Subgraphs and function calls are nested more than {MaxDepth} deep at '{node}'."));
        }
    }
}
