using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import.Onnx.Upgrades;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Import.Onnx.Sequences;

/// <summary>
/// Sequences and optionals, resolved while a model is read so that everything later sees tensors only: a sequence is the list of its elements, an optional its element or nothing.
/// Where a length or a position is only known at run time, the nodes stay in the graph, as operators that the compiler does not know.
/// </summary>
internal sealed class OnnxSequences(KnownValues known, CancellationToken cancellation)
{
    private const int MaxElements = 1024;

    /// <summary>Every step of a growing sequence lists its elements anew.</summary>
    private const long MaxListed = 8_000_000;

    private readonly Dictionary<Value, IReadOnlyList<Value>> _elements = [];
    private readonly HashSet<Value> _nothing = [];
    private long _listed;

    /// <summary>Operators that make or read sequences and optionals.</summary>
    public static IReadOnlySet<string> Operators { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "SequenceEmpty", "SequenceConstruct", "SequenceInsert", "SequenceErase", "SequenceAt", "SequenceLength", "SequenceMap", "SplitToSequence", "ConcatFromSequence",
        "Optional", "OptionalHasElement", "OptionalGetElement",
    };

    /// <summary>The elements of a sequence, or null where the value is none or they are not known.</summary>
    public IReadOnlyList<Value>? ElementsOf(Value? value) => value is null ? null : _elements.GetValueOrDefault(value);

    /// <summary>True for a sequence of known length and for an optional without element.</summary>
    public bool IsNoTensor(Value value) => _elements.ContainsKey(value) || _nothing.Contains(value);

    /// <summary>Resolves a node of the default domain.</summary>
    /// <returns>The values of its outputs, or null where it is to be added as it is.</returns>
    /// <exception cref="ModelBuildException">It contradicts its operator's definition (MDB2003).</exception>
    public IReadOnlyList<Value?>? Resolve(PendingNode node)
    {
        Value? first = node.Input(0);
        IReadOnlyList<Value>? elements = ElementsOf(first);
        switch (node.OpType)
        {
            case "Identity" when first is not null && IsNoTensor(first):
                return [first];
            case "SequenceEmpty":
                return [Make(node, [])];
            case "SequenceConstruct":
                return [Make(node, [.. node.Inputs.Select((v, i) => v ?? throw Invalid(node, $"input {i} is missing."))])];
            case "SequenceInsert" when elements is not null && elements.Count < MaxElements && Place(node, 2, elements.Count, elements.Count) is { } place:
                return [Make(node, [.. elements.Take(place), Required(node, 1), .. elements.Skip(place)])];
            case "SequenceErase" when elements is not null && Place(node, 1, elements.Count - 1, elements.Count - 1) is { } place:
                return [Make(node, [.. elements.Take(place), .. elements.Skip(place + 1)])];
            case "SequenceAt" when elements is not null && Place(node, 1, elements.Count - 1, null) is { } place:
                return [elements[place]];
            case "SequenceAt" when elements is not null && SequenceParts.AreAlike(elements):
                return SequenceParts.Choose(node, elements, cancellation);
            case "SequenceLength" when elements is not null:
                return [Constant(node, Tensor.Scalar((long)elements.Count))];
            case "SplitToSequence" when SequenceParts.Split(node, known, MaxElements) is { } parts:
                return [Make(node, parts)];
            case "ConcatFromSequence" when elements is not null:
                return SequenceParts.Concat(node, elements, cancellation);
            case "Optional" when first is not null:
                return [first];
            case "Optional":
                Value nothing = node.AddTo("", cancellation)[0]!;
                _nothing.Add(nothing);
                return [nothing];
            case "OptionalHasElement" when first is null || IsNoTensor(first) || first.Type.DType != DType.Undefined:
                return [Constant(node, Tensor.Scalar(first is not null && !_nothing.Contains(first)))];
            case "OptionalGetElement" when first is not null && _nothing.Contains(first):
                throw Invalid(node, $"'{first.Name}' has no element.");
            case "OptionalGetElement" when first is not null && (elements is not null || first.Type.DType != DType.Undefined):
                return [first];
            default:
                return null;
        }
    }

    /// <summary>Makes a sequence of values that are there.</summary>
    public Value Make(Graph graph, string name, IReadOnlyList<Value> elements)
    {
        Value sequence = graph.AddNode("", elements.Count == 0 ? "SequenceEmpty" : "SequenceConstruct", name, [.. elements], [name]).Output;
        List(sequence, elements, name);
        return sequence;
    }

    /// <summary>Makes an optional without element.</summary>
    public Value MakeNothing(Graph graph, string name)
    {
        Value nothing = graph.AddNode("", "Optional", name, [], [name]).Output;
        _nothing.Add(nothing);
        return nothing;
    }

    /// <summary>Removes the nodes of sequences that have been resolved.</summary>
    public static void RemoveResolved(Graph graph)
    {
        HashSet<Node> removed = [];
        foreach (Node node in graph.Nodes.Reverse())
        {
            foreach (GraphAttribute subgraph in node.Attributes.Select(a => a.Value).OfType<GraphAttribute>())
            {
                RemoveResolved(subgraph.Value);
            }

            if (node is { Op: null, Domain: "" } && Operators.Contains(node.OpType) && node.Outputs.All(o => o is null || (o.Consumers.All(removed.Contains) && !graph.IsOutput(o))))
            {
                removed.Add(node);
            }
        }

        graph.RemoveAll(removed);
    }

    private Value Make(PendingNode node, IReadOnlyList<Value> elements)
    {
        if (elements.Select(e => e.Type.DType).Where(t => t != DType.Undefined).Distinct().Count() > 1)
        {
            throw Invalid(node, "the elements of a sequence have different element types.");
        }

        Value sequence;
        if (elements.Count == 0)
        {
            node.OpType = "SequenceEmpty";
            node.Inputs.Clear();
            sequence = node.AddTo("", cancellation)[0]!;
        }
        else
        {
            sequence = node.Graph.AddNode("", "SequenceConstruct", node.Name, [.. elements], [node.Outputs[0]]).Output;
        }

        List(sequence, elements, node.Name);
        return sequence;
    }

    private void List(Value sequence, IReadOnlyList<Value> elements, string node)
    {
        _listed += elements.Count;
        _elements[sequence] = _listed <= MaxListed
            ? elements
            : throw new ModelBuildException(Diagnostic.At(Descriptors.ReadLimit, node, $"The model's sequences have more than {MaxListed} elements in all at '{node}'. Export the model with tensors."));
    }

    // A position counts from the end where it is negative; null where it is only known at run time.
    private int? Place(PendingNode node, int input, int last, int? whenOmitted)
    {
        if (node.Input(input) is not { } position)
        {
            return whenOmitted ?? throw Invalid(node, $"input {input} is missing.");
        }

        if (known.Integer(position) is not { } given)
        {
            return null;
        }

        int count = ElementsOf(node.Input(0))!.Count;
        long place = given < 0 ? given + count : given;
        return place >= 0 && place <= last ? (int)place : throw Invalid(node, $"has the position {given} in a sequence of {count} tensors.");
    }

    private static Value Constant(PendingNode node, Tensor tensor) => node.Graph.AddConstant(node.Outputs[0], tensor);

    private static Value Required(PendingNode node, int input) => node.Input(input) ?? throw Invalid(node, $"input {input} is missing.");

    private static ModelBuildException Invalid(PendingNode node, string what) => new(Diagnostic.At(Descriptors.InvalidNode, node.Name, $"{node.OpType} '{node.Name}': {what}"));
}
