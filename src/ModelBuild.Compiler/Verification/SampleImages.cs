using System.Text;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Vision;

namespace ModelBuild.Compiler.Verification;

/// <summary>Files for inputs that a model decodes as images: Netpbm, which hold a picture of any size in any number of bytes that is large enough, since what follows the picture is not read.</summary>
internal static class SampleImages
{
    // P6 or P4, a size and the greatest level.
    private const int MostHeader = 32;
    private const int RgbBytes = 3;
    private const int MostSide = 1024;

    /// <summary>The file of a picture, or null where the input is none or has too few bytes for one.</summary>
    public static byte[]? Draw(Value input, ref ulong state)
    {
        if (input.Type is not { DType: DType.U8, Shape: { Rank: 1, IsStatic: true } shape } || DecoderOf(input) is not { } node)
        {
            return null;
        }

        long length = shape[0].Value;
        DecodedAxis[] axes = DecodedAxis.Of(node);
        long pixels = (length - MostHeader) / RgbBytes;
        int height = Side(axes[0], pixels / axes[1].Minimum, ref state);
        int width = Side(axes[1], pixels / height, ref state);
        bool isRgb = (long)height * width <= pixels;
        byte[] header = Encoding.ASCII.GetBytes(isRgb ? $"P6 {width} {height} 255\n" : $"P4 {width} {height}\n");
        long needed = header.Length + (isRgb ? (long)RgbBytes * height * width : (width + 7L) / 8 * height);
        if (needed > length)
        {
            return null;
        }

        byte[] file = new byte[length];
        for (int i = 0; i < file.Length; i++)
        {
            file[i] = (byte)(SplitMix64.Next(ref state) * 256);
        }

        header.CopyTo(file, 0);
        return file;
    }

    /// <summary>The least length of a vector that a picture can be drawn in, where any of the inputs with a dimension of that name is one; else 0.</summary>
    public static long LeastLength(Graph graph, string symbol) => graph.Inputs
        .Where(i => i.Type.Shape is { Rank: 1 } shape && shape[0].Symbol == symbol)
        .Select(DecoderOf).OfType<Node>()
        .Select(n => DecodedAxis.Of(n))
        .Select(a => MostHeader + ((a[1].Minimum + 7L) / 8 * a[0].Minimum))
        .DefaultIfEmpty(0).Max();

    private static Node? DecoderOf(Value value)
    {
        while (value.Consumers is [{ OpType: "Identity", Domain: "" } move])
        {
            value = move.Output;
        }

        return value.Consumers.FirstOrDefault(c => c is { OpType: "ImageDecoder", Domain: "" });
    }

    // From the least size on, as far as the file holds it.
    private static int Side(DecodedAxis axis, long most, ref ulong state)
    {
        long steps = (Math.Min(Math.Min(axis.Maximum, most), axis.Minimum + (long)MostSide) - axis.Minimum) / axis.Step;
        return steps <= 0 ? axis.Minimum : axis.Minimum + (axis.Step * (int)(SplitMix64.Next(ref state) * (steps + 1)));
    }
}
