using System.Numerics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Elementwise;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.Signal;

/// <summary>ONNX STFT-17: the spectra of windows that move over signals [N,length,1] or [N,length,2]: [N,frames,bins,2]. Step and length of the frames may be values of the call.</summary>
public sealed class Stft : CheckedOp, ICountedOp
{
    /// <inheritdoc/>
    public override string OpType => "STFT";

    private protected override int MinInputs => 2;

    private protected override int MaxInputs => 4;

    private protected override bool WidensBFloat16 => true;

    private protected override void Infer(InferenceContext context)
    {
        ElementTypes.Require(context.Node, 0, context.Input(0).DType, DTypes.IsFloat, "floating-point numbers");
        Shape? output = null;
        if (context.Shape(0) is { } x)
        {
            output = !IsOpen(context.Node) && x.IsStatic && (!context.HasInput(2) || context.Shape(2) is { IsStatic: true })
                ? Shape.Of(Form.Of(context.Node, x.ToArray(), context.Constant(1)!, context.HasInput(2) ? context.Shape(2)!.ToArray() : null, context.Constant(3)).Output)
                : OpenShape(context.Node, x);
        }

        context.SetOutput(0, context.Input(0).DType, output);
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        Form form = Form.Of(context.Node, x.Dims.ToArray(), context.Input(1), context.InputOrNull(2)?.Dims.ToArray(), context.InputOrNull(3));
        Results.Check(context.Node, DType.F64, form.Output);
        double[] values = x.ToDoubleArray();
        double[]? window = context.InputOrNull(2)?.ToDoubleArray();
        double[] y = new double[Axes.Product(form.Output)];
        for (int frame = 0; frame < form.Batch * form.Frames; frame++)
        {
            int first = ((frame / form.Frames * form.Signal) + (frame % form.Frames * form.Step)) * form.Parts;
            Complex[] sequence = [.. Enumerable.Range(0, form.Length).Select(i => (window?[i] ?? 1) * new Complex(values[first + (i * form.Parts)], form.Parts == 2 ? values[first + (i * 2) + 1] : 0))];
            Complex[] result = FourierReference.Transform(sequence, inverse: false, context.Cancellation);
            for (int bin = 0; bin < form.Bins; bin++)
            {
                y[((frame * form.Bins) + bin) * 2] = result[bin].Real;
                y[(((frame * form.Bins) + bin) * 2) + 1] = result[bin].Imaginary;
            }
        }

        return [FloatTensors.FromDouble(context.Node, x.DType, y, form.Output)];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Node node = context.Node;
        ElementTypes.RequireF32Kernel(node, context.Input(0).DType);
        if (IsOpen(node) || (context.SizesVary && context.Constant(3) is null))
        {
            LowerOpen(context);
            return;
        }

        Form form = Form.Of(node, context.InputDims(0), context.Constant(1)!, node.InputOrNull(2) is null ? null : context.InputDims(2), context.Constant(3));
        context.Call(
            "Fourier.StftF32",
            0,
            ("x", context.Input(0)),
            ("window", context.InputOrNull(2)),
            ("twiddles", context.Weights(Tensor.Vector<double>(FourierTables.Twiddles(form.Length)))),
            ("y", context.Output()),
            ("scratch", context.Scratch(DType.F64, Fourier.ScratchLength(form.Length))),
            ("batch", form.Batch),
            ("signal", form.Signal),
            ("parts", form.Parts),
            ("frames", form.Frames),
            ("step", form.Step),
            ("length", form.Length),
            ("bins", form.Bins));
    }

    /// <inheritdoc/>
    public IReadOnlyList<CountRange>? CountsOf(Node node) => !IsOpen(node) || node.Input(0).Type.Shape is not { Rank: 3 } x ? null
        : [.. OpenShape(node, x).Where(d => !d.IsKnown).Select(_ => new CountRange(1, x[1].Value))];

    private static void LowerOpen(ILoweringContext context)
    {
        Node node = context.Node;
        int[] x = Literals.Ints(node, context.InputDims(0));
        int[] y = Literals.Ints(node, context.OutputDims());
        bool isOneSided = node.Attributes.GetInt("onesided", 1) != 0;
        bool hasWindow = node.InputOrNull(2) is not null;
        Operand? length = context.InputOrNull(3) is { } given ? CastLowering.Converted(context, given, DType.I64) : null;
        int frame = hasWindow ? Literals.Int(node, context.InputDims(2)[0]) : x[1];
        (string, StepValue)[] form = [("step", CastLowering.Converted(context, context.Input(1), DType.I64)), ("length", length), ("frame", frame), ("signal", x[1])];
        (string, StepValue)[] counts = [.. form, ("hasWindow", hasWindow)];
        if (IsOpen(node))
        {
            Shape open = OpenShape(node, node.Input(0).Type.Shape!);
            int next = 0;
            if (!open[1].IsKnown)
            {
                context.Count(next++, "SizedStft.Frames", counts);
            }

            if (!open[2].IsKnown)
            {
                context.Count(next, "SizedStft.Bins", [.. counts, ("oneSided", isOneSided)]);
            }
        }

        context.Call(
            "SizedStft.F32", 0,
            [
                ("x", context.Input(0)), ("window", context.InputOrNull(2)), ("y", context.Output()), ("scratch", context.Scratch(DType.F64, 12L * y[2])), .. form,
                ("batch", x[0]), ("parts", x[2]), ("frames", y[1]), ("bins", y[2]), ("oneSided", isOneSided),
            ]);
    }

    private static bool IsOpen(Node node) => node.Input(1).Constant is null || node.InputOrNull(3) is { Constant: null };

    /// <summary>What is known of the result's shape where step, length or the signal's shape are not known.</summary>
    private static Shape OpenShape(Node node, Shape x)
    {
        if (x.Rank != 3 || (x[2].IsKnown && x[2].Value is not (1 or 2)) || node.InputOrNull(2)?.Type.Shape is { Rank: not 1 })
        {
            throw NodeErrors.Shape(node, $"the signal {x} must be [batch,length,1 or 2], and the window a list.");
        }

        bool isOneSided = node.Attributes.GetInt("onesided", 1) != 0;
        if (isOneSided && x[2].IsKnown && x[2].Value == 2)
        {
            throw NodeErrors.Attribute(node, "onesided", "1", "The spectrum of complex numbers has two sides.");
        }

        Dim length = node.InputOrNull(2) is { } window ? window.Type.Shape?[0] ?? Dim.Unknown
            : node.InputOrNull(3) is not { } frame ? x[1]
            : frame.Constant is { } known ? Scalars.Integer(node, 3, known) : Dim.Unknown;
        return new Shape(x[0], Dim.Unknown, length.Map(n => isOneSided ? (n / 2) + 1 : n), 2);
    }

    private readonly record struct Form(int Batch, int Signal, int Parts, int Frames, int Step, int Length, int Bins, long[] Output)
    {
        public static Form Of(Node node, long[] dims, Tensor frameStep, long[]? window, Tensor? frameLength)
        {
            if (dims.Length != 3 || dims[2] is not (1 or 2) || window is { Length: not 1 })
            {
                throw NodeErrors.Shape(node, $"the signal [{string.Join(',', dims)}] must be [batch,length,1 or 2], and the window a list.");
            }

            long step = Scalars.Integer(node, 1, frameStep);
            long length = frameLength is not null ? Scalars.Integer(node, 3, frameLength) : window?[0] ?? dims[1];
            if (window is not null && window[0] != length)
            {
                throw NodeErrors.Shape(node, $"a window of {window[0]} elements does not fit frames of {length}.");
            }

            bool isOneSided = node.Attributes.GetInt("onesided", 1) != 0;
            if (isOneSided && dims[2] == 2)
            {
                throw NodeErrors.Attribute(node, "onesided", "1", "The spectrum of complex numbers has two sides.");
            }

            if (step < 1 || length < 1 || length > dims[1])
            {
                throw NodeErrors.Shape(node, $"frames of {length} elements every {step} do not fit a signal of {dims[1]}.");
            }

            long frames = 1 + ((dims[1] - length) / step);
            long bins = isOneSided ? (length / 2) + 1 : length;
            return new Form(
                Literals.Int(node, dims[0]), Literals.Int(node, dims[1]), (int)dims[2], Literals.Int(node, frames), (int)Math.Min(step, int.MaxValue), Literals.Int(node, length), (int)bins,
                [dims[0], frames, bins, 2]);
        }
    }
}
