using ModelBuild.Compiler.Import.Onnx.Maps;
using ModelBuild.Compiler.Import.Onnx.Sequences;
using ModelBuild.Compiler.Import.Onnx.Strings;
using ModelBuild.Compiler.Import.Onnx.Wire;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Import.Onnx;

/// <summary>What is shared while the graph of one model is built.</summary>
/// <param name="operators">Finds definitions for the nodes.</param>
/// <param name="tensors">Reads stored tensors.</param>
/// <param name="cancellation">Polled between nodes.</param>
internal sealed class OnnxBuild(IOperatorSet operators, OnnxTensorReader tensors, CancellationToken cancellation)
{
    /// <summary>Finds definitions for the nodes.</summary>
    public IOperatorSet Operators { get; } = operators;

    /// <summary>Reads stored tensors.</summary>
    public OnnxTensorReader Tensors { get; } = tensors;

    /// <summary>Polled between nodes.</summary>
    public CancellationToken Cancellation { get; } = cancellation;

    /// <summary>Names of dimensions.</summary>
    public HashSet<string> Symbols { get; } = new(StringComparer.Ordinal);

    /// <summary>What the model declares about values of its main graph that no definition tells.</summary>
    public Dictionary<string, ValueInfoProto> Declared { get; } = new(StringComparer.Ordinal);

    /// <summary>The main graph's scope.</summary>
    public OnnxScope? Top { get; set; }

    /// <summary>The model's own functions.</summary>
    public OnnxFunctions Functions { get; set; } = OnnxFunctions.None;

    /// <summary>Names of columns and categories.</summary>
    public OnnxStrings Strings { get; } = new();

    /// <summary>Inputs that are maps.</summary>
    public OnnxMaps Maps { get; } = new();

    /// <summary>What is known of values.</summary>
    public KnownValues Known { get; } = new(cancellation);

    /// <summary>Number of elements of inputs that are sequences or optional, by their names.</summary>
    public IReadOnlyDictionary<string, int> Lengths { get; init; } = new Dictionary<string, int>();

    /// <summary>Sequences and optionals as inputs and outputs.</summary>
    public SequencePorts SequencePorts => field ??= new SequencePorts(Sequences, Lengths);

    /// <summary>Sequences and optionals.</summary>
    public OnnxSequences Sequences => field ??= new OnnxSequences(Known, Cancellation);
}
