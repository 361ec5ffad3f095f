using ModelBuild.Compiler.Import.Onnx.Wire;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Import.Onnx;

/// <summary>Names that nodes of one graph, subgraph or function body can see.</summary>
internal sealed class OnnxScope
{
    private readonly Dictionary<string, Value> _values = new(StringComparer.Ordinal);

    /// <summary>The graph that receives the nodes.</summary>
    public required Graph Target { get; init; }

    /// <summary>The enclosing scope of a subgraph; null for the main graph and for function bodies.</summary>
    public OnnxScope? Parent { get; init; }

    /// <summary>Put before the names of nodes and values of a function body.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Operator set versions by domain.</summary>
    public required IReadOnlyDictionary<string, long> Opsets { get; init; }

    /// <summary>Values of a function's attributes by name; null outside functions.</summary>
    public IReadOnlyDictionary<string, AttributeProto>? FunctionAttributes { get; init; }

    /// <summary>Names that a function's outputs have at the caller.</summary>
    public IReadOnlyDictionary<string, string>? OutputNames { get; init; }

    /// <summary>Nesting of subgraphs and function calls.</summary>
    public int Depth { get; init; }

    /// <summary>Names defined in this scope itself.</summary>
    public bool IsDefinedHere(string name) => _values.ContainsKey(name);

    /// <summary>Defines a name.</summary>
    /// <returns>False when this scope has it already.</returns>
    public bool Define(string name, Value value) => _values.TryAdd(name, value);

    /// <summary>Finds a name here or in an enclosing scope.</summary>
    public Value? Find(string name)
    {
        for (OnnxScope? scope = this; scope is not null; scope = scope.Parent)
        {
            if (scope._values.TryGetValue(name, out Value? value))
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>The name in the target graph of a value defined by a node of this scope.</summary>
    public string NameInTarget(string name) => OutputNames is not null && OutputNames.TryGetValue(name, out string? given) ? given : Prefix + name;

    /// <summary>Defines a name that must be new.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">This scope has it already (MDB2004).</exception>
    public void DefineNew((string Name, Value Value) definition)
    {
        if (!Define(definition.Name, definition.Value))
        {
            throw OnnxErrors.Invalid($"'{definition.Name}' is defined twice.");
        }
    }

    /// <summary>Defines the names of a node's outputs; empty ones are omitted.</summary>
    public void DefineAll(IReadOnlyList<string> names, IReadOnlyList<Value?> values)
    {
        for (int i = 0; i < names.Count && i < values.Count; i++)
        {
            if (names[i].Length > 0 && values[i] is { } value)
            {
                DefineNew((names[i], value));
            }
        }
    }
}
