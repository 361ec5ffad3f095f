using ModelBuild.Compiler.Import.Onnx.Upgrades;
using ModelBuild.Compiler.Import.Onnx.Wire;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Vision;

namespace ModelBuild.Compiler.Import.Onnx;

/// <summary>Notes at decoders of images which sizes the model declares: they come with the files, so that no definition tells them.</summary>
internal static class DeclaredImageSizes
{
    /// <summary>Notes them where the node is one; a size without a name gets one.</summary>
    /// <param name="output">What is declared of the output; null for nothing.</param>
    /// <param name="symbols">Names of dimensions; receives those that are made.</param>
    public static void Note(PendingNode node, string domain, ValueInfoProto? output, HashSet<string> symbols)
    {
        if (domain.Length > 0 || node.OpType != "ImageDecoder")
        {
            return;
        }

        // No file may set what the compiler notes.
        node.Attributes.Remove(DecodedAxis.BoundsAttribute);
        Shape? declared = output is null ? null : OnnxTypes.AsDeclared(output, symbols).Shape;
        if (declared is { Rank: 3 })
        {
            DecodedAxis.Declare(node.Attributes, declared[0], declared[1]);
        }
        else
        {
            DecodedAxis.Declare(node.Attributes, Fresh("height", symbols), Fresh("width", symbols));
        }
    }

    private static Dim Fresh(string name, HashSet<string> symbols)
    {
        string symbol = name;
        for (int number = 2; !symbols.Add(symbol); number++)
        {
            symbol = $"{name}{number}";
        }

        return new Dim(symbol);
    }
}
