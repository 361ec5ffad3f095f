using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;
using Decoder = ModelBuild.Kernels.ImageDecoder;

namespace ModelBuild.Compiler.Ops.Vision;

/// <summary>
/// ONNX ImageDecoder-20: the pixels of an image file, [height,width,channels]. What the model declares of height and width is checked in the call; what it does not is counted. A file that cannot be
/// decoded is an exception, not the empty tensor of the specification, which nothing after it could compute with.
/// </summary>
/// <remarks>
/// Evaluation decodes with the runtime's decoders. Codecs written twice by one hand from one specification would be no referees of each other; those are the outputs that other decoders made, stored with
/// the standard's tests, and the encoders of the decoders' own tests.
/// </remarks>
public sealed class ImageDecoder : CheckedOp, ICountedOp
{
    /// <inheritdoc/>
    public override string OpType => "ImageDecoder";

    private protected override int MinInputs => 1;

    private protected override void Infer(InferenceContext context)
    {
        Node node = context.Node;
        ElementTypes.Require(node, 0, context.Input(0).DType, t => t == DType.U8, "the bytes of a file");
        if (context.Shape(0) is { } file && file.Rank != 1)
        {
            throw NodeErrors.Shape(node, $"the file {file} must be a vector of bytes.");
        }

        context.SetOutput(0, DType.U8, new Shape([.. DecodedAxis.Of(node).Select(a => a.Dim), Channels(FormatOf(node))]));
    }

    /// <inheritdoc/>
    public IReadOnlyList<CountRange>? CountsOf(Node node) =>
        [.. DecodedAxis.Of(node).Where(a => !a.Dim.IsKnown).Select(a => new CountRange(a.Minimum, a.Maximum == int.MaxValue ? null : a.Maximum))];

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Node node = context.Node;
        Operand file = context.Input(0);
        foreach ((int size, DecodedAxis axis) in DecodedAxis.Of(node).Where(a => !a.Dim.IsKnown).Index())
        {
            context.Count(size, axis.IsHeight ? "ImageDecoder.Height" : "ImageDecoder.Width", ("file", file), ("least", axis.Minimum), ("most", axis.Maximum), ("step", axis.Step));
        }

        int[] dims = Literals.Ints(node, context.OutputDims());
        context.Call("ImageDecoder.Run", 0, ("file", file), ("pixels", context.Output()), ("height", dims[0]), ("width", dims[1]), ("pixelFormat", FormatOf(node)));
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Node node = context.Node;
        PixelFormat format = FormatOf(node);
        ReadOnlySpan<byte> file = context.Input(0).Bytes;
        try
        {
            DecodedAxis[] axes = DecodedAxis.Of(node);
            long[] dims = [Decoder.Height(file, axes[0].Minimum, axes[0].Maximum, axes[0].Step), Decoder.Width(file, axes[1].Minimum, axes[1].Maximum, axes[1].Step), Channels(format)];
            Tensor pixels = Results.Allocate(node, DType.U8, dims);
            Decoder.Run(file, pixels.MutableBytes(), (int)dims[0], (int)dims[1], format);
            return [pixels];
        }
        catch (InvalidDataException e)
        {
            throw NodeErrors.Invalid(node, $"cannot be computed from its inputs: {e.Message}");
        }
    }

    private static int Channels(PixelFormat format) => format == PixelFormat.Grayscale ? 1 : 3;

    private static PixelFormat FormatOf(Node node) => node.Attributes.GetString("pixel_format", "RGB") switch
    {
        "RGB" => PixelFormat.Rgb,
        "BGR" => PixelFormat.Bgr,
        "Grayscale" => PixelFormat.Grayscale,
        string other => throw NodeErrors.Invalid(node, $"pixel_format is '{other}'; RGB, BGR and Grayscale are defined."),
    };
}
