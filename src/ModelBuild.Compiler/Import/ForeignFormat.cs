using ModelBuild.Compiler.Formats.Hdf5;

namespace ModelBuild.Compiler.Import;

/// <summary>Recognises files that are no model of a readable format, to tell what they are and what to do about it.</summary>
internal static class ForeignFormat
{
    private const string ToOnnx = "Export the model to ONNX";

    private static ReadOnlySpan<byte> Zip => "PK\x03\x04"u8;

    /// <summary>What the file is and what to do next, or null for a file that is not known.</summary>
    public static string? Describe(string path, ReadOnlySpan<byte> head)
    {
        string extension = Path.GetExtension(path).ToLowerInvariant();
        if (head.IsEmpty)
        {
            return "the file is empty. Copy or download it again.";
        }

        if (Superblock.HasSignature(head))
        {
            return "it is an HDF5 file. If it is a Keras model, name it .h5.";
        }

        if (head.Length > 8 && head[4..8].SequenceEqual("TFL3"u8))
        {
            return $"it is a TensorFlow Lite model. {ToOnnx} from TensorFlow or Keras (tf2onnx; its option --tflite reads this file).";
        }

        if (head.StartsWith(Zip))
        {
            return extension == ".keras"
                ? "it is a Keras 3 file. Save the model as HDF5 (model.save(\"model.h5\")) or export it to ONNX (model.export(\"model.onnx\", format=\"onnx\"))."
                : IsPyTorch(extension) ? PyTorch("it is a PyTorch file") : "it is a ZIP archive. Unpack it and name the model inside.";
        }

        return OfText(head)
            ?? OfPlainName(extension, head)
            ?? (head.StartsWith<byte>([0x1F, 0x8B]) ? "it is compressed by gzip. Unpack it and name the model inside." : null);
    }

    private static string? OfText(ReadOnlySpan<byte> head)
    {
        ReadOnlySpan<byte> text = head.TrimStart(" \t\r\n\xEF\xBB\xBF"u8);
        return text.StartsWith("<"u8) ? "it is a web page or XML, such as a server gives in place of a file. Download the model itself: on GitHub and Hugging Face that is the link 'raw' or 'download'."
            : text.StartsWith("{"u8) || text.StartsWith("["u8) ? "it is JSON, which holds no weights. Name the model itself: an answer of a server instead of the file is an error, and a Keras architecture is saved with its weights by model.save."
            : null;
    }

    private static string? OfPlainName(string extension, ReadOnlySpan<byte> head) => extension switch
    {
        ".pb" => $"it is a TensorFlow graph. {ToOnnx}: python -m tf2onnx.convert --saved-model FOLDER --output model.onnx.",
        ".safetensors" => $"it holds weights without an architecture. {ToOnnx} from the program that defines it.",
        _ when IsPyTorch(extension) || head.StartsWith<byte>([0x80, 0x02]) => PyTorch("it is a PyTorch file or another pickle"),
        _ => null,
    };

    private static bool IsPyTorch(string extension) => extension is ".pt" or ".pth" or ".pt2" or ".th" or ".ckpt" or ".bin";

    private static string PyTorch(string what) => $"{what}. {ToOnnx} from Python: torch.onnx.export(model, example_inputs, \"model.onnx\").";
}
