using Google.Protobuf;
using ModelBuild.Compiler.Import.Onnx;
using ModelBuild.Compiler.Import.Onnx.Wire;
using ModelBuild.Compiler.Ir;
using Kind = ModelBuild.Compiler.Import.Onnx.Wire.TypeProto.ValueOneofCase;

namespace ModelBuild.Compiler.Tests.Conformance;

/// <summary>What a test's model has as inputs and outputs; reads the stored values, of which sequences and optionals are taken apart.</summary>
internal sealed class BackendPorts
{
    // Fields of SequenceProto and of OptionalProto (onnx/onnx-data.proto).
    private const int TensorField = 3;
    private const int OptionalSequenceField = 5;

    private readonly ModelProto _model;
    private readonly ValueInfoProto[] _inputs;

    /// <summary>Parses the model.</summary>
    public BackendPorts(byte[] model)
    {
        _model = ModelProto.Parser.ParseFrom(model);
        HashSet<string> constants = [.. _model.Graph.Initializer.Select(i => i.Name)];
        _inputs = [.. _model.Graph.Input.Where(i => !constants.Contains(i.Name))];
    }

    /// <summary>True where an input or output is no tensor.</summary>
    public bool HasSequences => _inputs.Concat(_model.Graph.Output).Any(i => IsSequence(i));

    /// <summary>The values of inputs, one for each element.</summary>
    public Tensor[] ReadInputs(IReadOnlyList<byte[]> stored) => [.. stored.SelectMany((bytes, i) => Read(_inputs[i], bytes))];

    /// <summary>The values of outputs, one for each element.</summary>
    public Tensor[] ReadOutputs(IReadOnlyList<byte[]> stored) => [.. stored.SelectMany((bytes, i) => Read(_model.Graph.Output[i], bytes))];

    /// <summary>The lengths of sequences and optionals.</summary>
    public Dictionary<string, int> Lengths(IReadOnlyList<byte[]> stored) => stored.Select((bytes, i) => (Input: _inputs[i], Bytes: bytes)).Where(p => IsSequence(p.Input))
        .ToDictionary(p => p.Input.Name, p => Read(p.Input, p.Bytes).Length, StringComparer.Ordinal);

    /// <summary>The model with inputs that are tensors as constants.</summary>
    /// <param name="kept">How many of the first inputs stay inputs.</param>
    /// <returns>The model, and the values of the inputs that are left.</returns>
    public (byte[] Model, Tensor[] Inputs) WithConstants(IReadOnlyList<byte[]> stored, int kept)
    {
        ModelProto model = _model.Clone();
        List<Tensor> inputs = [];
        for (int i = 0; i < stored.Count; i++)
        {
            Tensor[] values = Read(_inputs[i], stored[i]);
            if (i < kept || IsSequence(_inputs[i]))
            {
                inputs.AddRange(values);
                continue;
            }

            // An initializer of an input's name is its value (IR version 4 and later: its default).
            TensorProto constant = TensorProto.Parser.ParseFrom(stored[i]);
            constant.Name = _inputs[i].Name;
            model.Graph.Initializer.Add(constant);
        }

        return (model.ToByteArray(), [.. inputs]);
    }

    private static bool IsSequence(ValueInfoProto info) => info.Type?.ValueCase is Kind.SequenceType or Kind.OptionalType;

    private static Tensor[] Read(ValueInfoProto info, byte[] bytes) =>
        [.. (IsSequence(info) ? Elements(bytes, info.Type.ValueCase == Kind.OptionalType) : [TensorProto.Parser.ParseFrom(bytes)]).Select(t => new OnnxTensorReader(external: null).Read(t, info.Name))];

    private static List<TensorProto> Elements(byte[] bytes, bool isOptional)
    {
        List<TensorProto> tensors = [];
        CodedInputStream stream = new(bytes);
        while (stream.ReadTag() is var tag && tag != 0)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case TensorField:
                    tensors.Add(TensorProto.Parser.ParseFrom(stream.ReadBytes()));
                    break;
                case OptionalSequenceField when isOptional:
                    tensors.AddRange(Elements(stream.ReadBytes().ToByteArray(), isOptional: false));
                    break;
                default:
                    stream.SkipLastField();
                    break;
            }
        }

        return tensors;
    }
}
