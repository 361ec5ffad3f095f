using ModelBuild.Compiler.Import.Onnx.Maps;
using ModelBuild.Compiler.Import.Onnx.Sequences;
using ModelBuild.Compiler.Ops.MachineLearning;

namespace ModelBuild.Compiler.Planning;

/// <summary>What to do about operators of the standard that the compiler has no definition of.</summary>
internal static class UnsupportedHints
{
    private const string Training = "It belongs to training: export the model for inference.";

    /// <summary>A sentence for the error.</summary>
    public static string Of(string domain, string opType) => (domain, opType) switch
    {
        ("", _) when OnnxSequences.Operators.Contains(opType) =>
            "Sequences and optionals are resolved while the model is read, where their lengths, and the positions and conditions that they are used with, are constants. Export the model with tensors, with constant lengths and positions, or set Runtime=\"onnxruntime\".",
        (MachineLearningOp.DomainName, _) when OnnxMaps.Operators.Contains(opType) => "Maps are resolved where they are inputs of the model. Export the model with a tensor instead of the map, or set Runtime=\"onnxruntime\".",
        ("ai.onnx.preview.training", _) => Training,
        _ => "Export the model without it, or set Runtime=\"onnxruntime\".",
    };
}
