using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import.Onnx.Wire;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Import.Onnx;

/// <summary>One function of a model.</summary>
internal sealed class OnnxFunction(FunctionProto proto, IReadOnlyDictionary<string, long> opsets)
{
    private bool _active;

    /// <summary>The stored form.</summary>
    public FunctionProto Proto { get; } = proto;

    /// <summary>Operator set versions that its body uses.</summary>
    public IReadOnlyDictionary<string, long> Opsets { get; } = opsets;

    /// <summary>Marks the function as being inlined until the result is disposed.</summary>
    /// <exception cref="ModelBuildException">It is being inlined already, so that it calls itself (MDB2004).</exception>
    public IDisposable Enter(string node)
    {
        if (_active)
        {
            throw new ModelBuildException(Diagnostic.At(Descriptors.InvalidGraph, node, $"Function '{Proto.Name}' calls itself at '{node}'."));
        }

        _active = true;
        return new Activation(this);
    }

    /// <summary>The body's nodes for a call that omits inputs: reads of those become omitted too.</summary>
    public IReadOnlyList<NodeProto> NodesFor(IReadOnlyList<Value?> inputs)
    {
        HashSet<string> omitted = [.. Proto.Input.Where((_, i) => i >= inputs.Count || inputs[i] is null)];
        if (omitted.Count == 0)
        {
            return Proto.Node;
        }

        List<NodeProto> nodes = [];
        foreach (NodeProto node in Proto.Node)
        {
            NodeProto copy = node.Clone();
            for (int i = 0; i < copy.Input.Count; i++)
            {
                copy.Input[i] = omitted.Contains(copy.Input[i]) ? "" : copy.Input[i];
            }

            nodes.Add(copy);
        }

        return nodes;
    }

    private sealed class Activation(OnnxFunction owner) : IDisposable
    {
        public void Dispose() => owner._active = false;
    }
}
