using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import.Onnx.Wire;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Options;

namespace ModelBuild.Compiler.Import.Onnx.Sequences;

/// <summary>
/// Sequences and optionals that are inputs or outputs of a model: each element becomes an input or output of its own. How many there are in an input is not in the model; the user says it, 0 for an optional that is
/// never given.
/// </summary>
/// <param name="sequences">Receives and knows the elements.</param>
/// <param name="lengths">Number of elements by name of the input.</param>
internal sealed class SequencePorts(OnnxSequences sequences, IReadOnlyDictionary<string, int> lengths)
{
    private readonly List<string> _inputs = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>Keeps names for the inputs and initializers that have them.</summary>
    public void Reserve(GraphProto graph) => _names.UnionWith(graph.Input.Select(i => i.Name).Concat(graph.Initializer.Select(i => i.Name)));

    /// <summary>Adds the elements of a graph input as inputs.</summary>
    /// <returns>The sequence, or the element of an optional.</returns>
    /// <exception cref="ModelBuildException">Its length is not known, or its elements are no tensors (MDB3003).</exception>
    public Value AddInput(Graph graph, ValueInfoProto input, HashSet<string> symbols)
    {
        TypeProto type = input.Type;
        bool isOptional = type.ValueCase == TypeProto.ValueOneofCase.OptionalType;
        TypeProto? inner = isOptional ? type.OptionalType.ElemType : type;
        bool isSequence = inner?.ValueCase == TypeProto.ValueOneofCase.SequenceType;
        TypeProto? element = isSequence ? inner!.SequenceType.ElemType : inner;
        if (element?.ValueCase != TypeProto.ValueOneofCase.TensorType)
        {
            throw Unsupported($"Input '{input.Name}' is {(isOptional ? "optional" : "a sequence")} and holds something else than tensors. Export the model with each tensor as an input of its own.");
        }

        _inputs.Add(input.Name);
        if (!lengths.TryGetValue(input.Name, out int count))
        {
            string elements = $"Lengths=\"{input.Name}=3\" makes it three inputs of the predictor, '{input.Name}_0' to '{input.Name}_2'";
            throw Unsupported(isSequence
                ? $"Input '{input.Name}' is {(isOptional ? "an optional" : "a")} sequence of tensors, whose length must be known: {elements}{(isOptional ? ", and 0 says that it is never given" : "")}."
                : $"Input '{input.Name}' is optional: say with Lengths=\"{input.Name}=1\" that it is always given, or with 0 that it never is.");
        }

        if (isOptional && count == 0)
        {
            return sequences.MakeNothing(graph, input.Name);
        }

        if (!isSequence)
        {
            return count == 1
                ? graph.AddInput(input.Name, OnnxTypes.OfElement(element, input.Name, symbols))
                : throw Diagnosed(Descriptors.UnknownMetadata, $"Lengths=\"{input.Name}={count}\": the input holds one tensor or none; say 1 or 0.");
        }

        Value[] values = new Value[count];
        for (int i = 0; i < count; i++)
        {
            string name = Fresh(input.Name, i);
            values[i] = graph.AddInput(name, OnnxTypes.OfElement(element, name, symbols));
        }

        return sequences.Make(graph, input.Name, values);
    }

    /// <summary>Checks that every length was asked for.</summary>
    /// <exception cref="ModelBuildException">One names something else (MDB3011).</exception>
    public void CheckLengths()
    {
        if (lengths.Keys.FirstOrDefault(n => !_inputs.Contains(n)) is { } name)
        {
            string known = _inputs.Count == 0 ? "The model has none." : NearestName.Find(name, _inputs) is { } nearest ? $"Did you mean '{nearest}'?" : $"There {(_inputs.Count == 1 ? "is" : "are")}: {string.Join(", ", _inputs)}.";
            throw Diagnosed(Descriptors.UnknownMetadata, $"Lengths names '{name}', which is no input that is a sequence or optional. {known}");
        }
    }

    /// <summary>Adds a graph output, or each element of a sequence as one.</summary>
    /// <exception cref="ModelBuildException">There is no element (MDB3003).</exception>
    public void AddOutput(Graph graph, string name, Value value)
    {
        IReadOnlyList<Value>? elements = sequences.ElementsOf(value);
        if (elements is not { Count: > 0 })
        {
            graph.AddOutput(name, elements is null && !sequences.IsNoTensor(value) ? value : throw Unsupported(
                $"Output '{name}' is {(elements is null ? "an optional without element" : "an empty sequence")}, which a predictor has no output for. End the model without it."));
            return;
        }

        for (int i = 0; i < elements.Count; i++)
        {
            string output = Fresh(name, i);
            bool isBound = elements[i].Producer is null || graph.IsOutput(elements[i]);
            graph.AddOutput(output, isBound ? graph.Add("Identity", output, [elements[i]]) : elements[i]);
        }
    }

    /// <summary>Keeps names for the outputs that have them.</summary>
    public void ReserveOutputs(GraphProto graph)
    {
        _names.Clear();
        _names.UnionWith(graph.Output.Select(o => o.Name));
    }

    private string Fresh(string name, int index)
    {
        string element = $"{name}_{index}";
        while (!_names.Add(element))
        {
            element += "_";
        }

        return element;
    }

    private static ModelBuildException Unsupported(string message) => Diagnosed(Descriptors.UnsupportedType, message);

    private static ModelBuildException Diagnosed(DiagnosticDescriptor descriptor, string message) =>
        new(descriptor == Descriptors.UnknownMetadata ? Diagnostic.InSetting(descriptor, MetadataNames.Lengths, message) : Diagnostic.Of(descriptor, message));
}
