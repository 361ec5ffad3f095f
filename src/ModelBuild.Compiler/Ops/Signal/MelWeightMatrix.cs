using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Signal;

/// <summary>ONNX MelWeightMatrix-17: triangles of height 1 that sum the bins of a spectrum to bands of equal width on the mel scale: [dft_length / 2 + 1, num_mel_bins].</summary>
public sealed class MelWeightMatrix : CheckedOp, ICountedOp
{
    /// <inheritdoc/>
    public override string OpType => "MelWeightMatrix";

    private protected override int MinInputs => 5;

    private protected override void Infer(InferenceContext context)
    {
        for (int i = 0; i < 3; i++)
        {
            ElementTypes.RequireIndex(context.Node, i, context.Input(i).DType);
        }

        Dim bins = context.Constant(1) is { } length ? (Positive(context.Node, 1, length) / 2) + 1 : Dim.Unknown;
        Dim bands = context.Constant(0) is { } count ? Positive(context.Node, 0, count) : Dim.Unknown;
        context.SetOutput(0, TypeOf(context.Node), new Shape(bins, bands));
    }

    /// <inheritdoc/>
    public IReadOnlyList<CountRange>? CountsOf(Node node) => [.. new[] { 1, 0 }.Where(i => node.Input(i).Constant is null).Select(_ => new CountRange(1, null))];

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Node node = context.Node;
        ElementTypes.RequireNumericKernel(node, TypeOf(node));
        int next = 0;
        if (node.Input(1).Constant is null)
        {
            context.Count(next++, "Windows.Bins", ("length", context.Input(1)));
        }

        if (node.Input(0).Constant is null)
        {
            context.Count(next, "Counts.Element", ("x", context.Input(0)), ("index", 0));
        }

        long[] dims = context.OutputDims();
        context.Call(
            "Windows.Mel", 0,
            ("bands", context.Input(0)), ("length", context.Input(1)), ("rate", context.Input(2)), ("low", context.Input(3)), ("high", context.Input(4)), ("y", context.Output()),
            ("bins", checked((int)dims[0])), ("columns", checked((int)dims[1])));
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Node node = context.Node;
        long bands = Positive(node, 0, context.Input(0));
        long length = Positive(node, 1, context.Input(1));
        long rate = Positive(node, 2, context.Input(2));
        long bins = (length / 2) + 1;
        Results.Check(node, DType.F64, [bins, bands]);
        double low = Mel(Scalars.Number(node, 3, context.Input(3)));
        double high = Mel(Scalars.Number(node, 4, context.Input(4)));
        double step = (high - low) / (bands + 2);
        long[] edges = [.. Enumerable.Range(0, (int)bands + 2).Select(i => (long)Math.Floor((length + 1) * Hertz(low + (i * step)) / rate))];
        if (edges.Any(e => e < 0 || e >= bins) || !edges.SequenceEqual(edges.Order()))
        {
            throw NodeErrors.Invalid(node, $"the edges of the bands do not lie within a spectrum of {bins} bins; the upper one may be at most half the sample rate.");
        }

        double[] y = new double[bins * bands];
        for (int band = 0; band < bands; band++)
        {
            (long left, long centre, long right) = (edges[band], edges[band + 1], edges[band + 2]);
            for (long bin = left; bin < right; bin++)
            {
                y[(bin * bands) + band] = bin < centre ? (double)(bin - left) / (centre - left) : (double)(right - bin) / (right - centre);
            }

            // The peak belongs to the rising side too: a band without a falling side keeps it.
            y[(centre * bands) + band] = 1;
        }

        return [NumericTensors.FromDouble(node, TypeOf(node), y, [bins, bands])];
    }

    private static double Mel(double hertz) => 2595 * Math.Log10(1 + (hertz / 700));

    private static double Hertz(double mel) => 700 * (Math.Pow(10, mel / 2595) - 1);

    private static DType TypeOf(Node node) => (DType)node.Attributes.GetInt("output_datatype", (long)DType.F32) is var type && ElementTypes.IsNumeric(type)
        ? type
        : throw NodeErrors.Attribute(node, "output_datatype", $"{node.Attributes.GetInt("output_datatype", 0)}", "It must be a number type.");

    private static long Positive(Node node, int input, Tensor tensor) => Scalars.Integer(node, input, tensor) is > 0 and <= int.MaxValue and var value
        ? value
        : throw NodeErrors.Invalid(node, $"input {input} must be positive.");
}
