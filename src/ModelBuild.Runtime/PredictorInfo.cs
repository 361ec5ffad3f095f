using System.Collections.Immutable;
using System.Globalization;

namespace ModelBuild;

/// <summary>What is known about a generated predictor: names, shapes, types, sizes, origin and measured error.</summary>
public sealed record PredictorInfo
{
    /// <summary>Short name of the model.</summary>
    public required string ModelName { get; init; }

    /// <summary>File name of the source model.</summary>
    public required string SourceFile { get; init; }

    /// <summary>SHA-256 of the source model, lower-case hexadecimal.</summary>
    public required string SourceHash { get; init; }

    /// <summary>SHA-256 of the build's options for this model, lower-case hexadecimal.</summary>
    public required string OptionsHash { get; init; }

    /// <summary>SHA-256 of the built-in weights and their layout, lower-case hexadecimal.</summary>
    public required string WeightsHash { get; init; }

    /// <summary>Opset of the default domain in the source model.</summary>
    public int Opset { get; init; }

    /// <summary>What executes the model: <c>generated</c> or <c>onnxruntime</c>; <c>signature</c> before the first build.</summary>
    public required string Runtime { get; init; }

    /// <summary>Lossy steps in one line; empty for none.</summary>
    public string Compression { get; init; } = "";

    /// <summary>Bytes of the deployed weights.</summary>
    public long WeightsBytes { get; init; }

    /// <summary>Bytes of the weights in the source model.</summary>
    public long SourceWeightsBytes { get; init; }

    /// <summary>Scratch bytes of one call; with <see cref="Sizes"/>, at the greatest ones that the build looked at.</summary>
    public long ScratchBytes { get; init; }

    /// <summary>Stored parameters in the source model.</summary>
    public long Parameters { get; init; }

    /// <summary>Multiply-accumulates of one call; with <see cref="Sizes"/>, at the greatest ones that the build looked at.</summary>
    public long Macs { get; init; }

    /// <summary>Sizes that are given with every call, in the order of their parameters; empty where everything but a free batch is fixed.</summary>
    public ImmutableArray<SizeInfo> Sizes { get; init; } = [];

    /// <summary>Inputs in the model's order.</summary>
    public required ImmutableArray<TensorInfo> Inputs { get; init; }

    /// <summary>Outputs in the model's order.</summary>
    public required ImmutableArray<TensorInfo> Outputs { get; init; }

    /// <summary>The measured error; null when the build did not verify the model.</summary>
    public MeasuredError? Error { get; init; }

    /// <summary>One line: name, inputs, outputs, bytes of the weights, runtime and lossy steps.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{ModelName} ({string.Join(", ", Inputs)}) -> ({string.Join(", ", Outputs)}), {WeightsBytes:N0} bytes of weights, {Runtime}{(Compression.Length > 0 ? ", " : "")}{Compression}");
}
