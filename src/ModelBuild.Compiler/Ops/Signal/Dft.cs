using System.Numerics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Elementwise;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.Signal;

/// <summary>
/// ONNX DFT-20: the discrete Fourier transform along an axis of real [...,1] or complex [...,2] numbers. One-sided, it gives the first half of the spectrum of real numbers, or the real
/// numbers of such a half. Axis and length may be values of the call.
/// </summary>
public sealed class Dft : CheckedOp, ICountedOp
{
    /// <inheritdoc/>
    public override string OpType => "DFT";

    private protected override int MinInputs => 1;

    private protected override int MaxInputs => 3;

    private protected override bool WidensBFloat16 => true;

    private protected override void Infer(InferenceContext context)
    {
        ElementTypes.Require(context.Node, 0, context.Input(0).DType, DTypes.IsFloat, "floating-point numbers");
        Shape? y = context.Shape(0);
        if (y is not null)
        {
            y = !IsOpen(context.Node) && y.IsStatic
                ? Shape.Of(Form.Of(context.Node, y.ToArray(), context.Constant(1), context.Constant(2)).Output)
                : OpenShape(context.Node, y);
        }

        context.SetOutput(0, context.Input(0).DType, y);
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        Form form = Form.Of(context.Node, x.Dims.ToArray(), context.InputOrNull(1), context.InputOrNull(2));
        Results.Check(context.Node, DType.F64, form.Output);
        double[] values = x.ToDoubleArray();
        double[] y = new double[Axes.Product(form.Output)];
        for (int row = 0; row < form.Outer * form.Inner; row++)
        {
            int at(int index, int length, int parts) => ((((row / form.Inner * length) + index) * form.Inner) + (row % form.Inner)) * parts;
            Complex[] sequence = new Complex[form.Length];
            for (int i = 0; i < Math.Min(form.InLength, form.IsMirrored ? (form.Length / 2) + 1 : form.Length); i++)
            {
                int source = at(i, form.InLength, form.InParts);
                sequence[i] = new Complex(values[source], form.InParts == 2 ? values[source + 1] : 0);
                if (form.IsMirrored && i > 0 && 2 * i < form.Length)
                {
                    sequence[form.Length - i] = Complex.Conjugate(sequence[i]);
                }
            }

            Complex[] result = FourierReference.Transform(sequence, form.IsInverse, context.Cancellation);
            for (int i = 0; i < form.OutLength; i++)
            {
                Complex value = form.IsInverse ? result[i] / form.Length : result[i];
                int target = at(i, form.OutLength, form.OutParts);
                y[target] = value.Real;
                if (form.OutParts == 2)
                {
                    y[target + 1] = value.Imaginary;
                }
            }
        }

        return [FloatTensors.FromDouble(context.Node, x.DType, y, form.Output)];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        ElementTypes.RequireF32Kernel(context.Node, context.Input(0).DType);
        if (IsOpen(context.Node) || context.SizesVary)
        {
            LowerOpen(context);
            return;
        }

        Form form = Form.Of(context.Node, context.InputDims(0), context.Constant(1), context.Constant(2));
        context.Call(
            "Fourier.DftF32",
            0,
            ("x", context.Input(0)),
            ("twiddles", context.Weights(Tensor.Vector<double>(FourierTables.Twiddles(form.Length)))),
            ("y", context.Output()),
            ("scratch", context.Scratch(DType.F64, Fourier.ScratchLength(form.Length))),
            ("outer", form.Outer),
            ("inner", form.Inner),
            ("length", form.Length),
            ("inLength", form.InLength),
            ("inParts", form.InParts),
            ("outLength", form.OutLength),
            ("outParts", form.OutParts),
            ("inverse", form.IsInverse),
            ("mirrored", form.IsMirrored));
    }

    /// <inheritdoc/>
    public IReadOnlyList<CountRange>? CountsOf(Node node) => [.. Counted(node).Select(_ => new CountRange(0, null))];

    // The length of the transform and its table are found out in the call, for an axis that is known or not.
    private static void LowerOpen(ILoweringContext context)
    {
        Node node = context.Node;
        long[] dims = context.InputDims(0);
        long[] result = context.OutputDims();
        bool isOneSided = node.Attributes.GetInt("onesided", 0) != 0;
        int axis = KnownAxis(node, dims.Length) ?? -1;
        (string, StepValue)[] form =
        [
            ("length", Integer(1)), ("along", axis < 0 ? Integer(2) : null), ("axis", axis), ("shape", Literals.Ints(node, dims)), ("inverse", node.Attributes.GetInt("inverse", 0) != 0), ("oneSided", isOneSided),
        ];
        int[] counted = Counted(node);
        for (int size = 0; size < counted.Length; size++)
        {
            context.Count(size, "SizedDft.Count", [.. form, ("index", counted[size])]);
        }

        // No transform is longer than twice its axis, of the operand where the call gives no length, else of the result; every axis has one element or more where anything is computed.
        long longest = node.InputOrNull(1) is null
            ? axis < 0 ? dims[..^1].Max() : dims[axis]
            : axis < 0 ? Axes.Product(result.AsSpan(0, result.Length - 1)) : result[axis];
        context.Call(
            "SizedDft.F32", 0, [("x", context.Input(0)), ("y", context.Output()), ("scratch", context.Scratch(DType.F64, (12 * longest) + 1)), .. form, ("outShape", Literals.Ints(node, result))]);

        Operand? Integer(int input) => context.InputOrNull(input) is { } operand ? CastLowering.Converted(context, operand, DType.I64) : null;
    }

    private static bool IsOpen(Node node) => node.InputOrNull(1) is { Constant: null } || node.InputOrNull(2) is { Constant: null };

    private static int? KnownAxis(Node node, int rank) => node.InputOrNull(2) switch
    {
        null => rank - 2,
        { Constant: { } axis } => Axes.Normalize(node, Scalars.Integer(node, 2, axis), rank),
        _ => null,
    };

    /// <summary>What is known of the result's shape where the axis, the length or the operand's shape are not known.</summary>
    private static Shape OpenShape(Node node, Shape x)
    {
        bool isInverse = node.Attributes.GetInt("inverse", 0) != 0;
        bool isOneSided = node.Attributes.GetInt("onesided", 0) != 0;
        bool changesLength = isOneSided || node.InputOrNull(1) is not null;
        int? axis = KnownAxis(node, x.Rank);
        if (x.Rank < 2 || axis == x.Rank - 1 || (x[^1].IsKnown && x[^1].Value is not (1 or 2)))
        {
            throw NodeErrors.Shape(node, $"the operand {x} needs an axis to transform and a last one of 1 or 2 numbers.");
        }

        if (isOneSided && x[^1].IsKnown && (x[^1].Value == 2) != isInverse)
        {
            throw NodeErrors.Attribute(node, "onesided", "1", "It takes real numbers, or with inverse=1 complex ones.");
        }

        Dim[] dims = [.. x.Take(x.Rank - 1).Select((d, i) => changesLength && (axis is null || axis == i) ? Dim.Unknown : d), isOneSided && isInverse ? 1 : 2];
        return new Shape(dims);
    }

    private static int[] Counted(Node node) => IsOpen(node) && node.Input(0).Type.Shape is { } shape ? [.. OpenShape(node, shape).Index().Where(d => !d.Item.IsKnown).Select(d => d.Index)] : [];

    private readonly record struct Form(int Outer, int Inner, int Length, int InLength, int InParts, int OutLength, int OutParts, bool IsInverse, bool IsMirrored, long[] Output)
    {
        public static Form Of(Node node, long[] dims, Tensor? length, Tensor? axis)
        {
            bool isInverse = node.Attributes.GetInt("inverse", 0) != 0;
            bool isOneSided = node.Attributes.GetInt("onesided", 0) != 0;
            if (dims.Length < 2 || dims[^1] is not (1 or 2))
            {
                throw NodeErrors.Shape(node, $"the operand [{string.Join(',', dims)}] needs an axis to transform and a last one of 1 or 2 numbers.");
            }

            int at = Axes.Normalize(node, axis is null ? -2 : Scalars.Integer(node, 2, axis), dims.Length);
            if (at == dims.Length - 1)
            {
                throw NodeErrors.Invalid(node, "the last axis holds the parts of complex numbers and cannot be transformed.");
            }

            if (isOneSided && (dims[^1] == 2) != isInverse)
            {
                throw NodeErrors.Attribute(node, "onesided", "1", "It takes real numbers, or with inverse=1 complex ones.");
            }

            long n = length is not null ? Scalars.Integer(node, 1, length) : isInverse && isOneSided ? 2 * (dims[at] - 1) : dims[at];
            if (n < 1 || n > 1 << 26)
            {
                throw NodeErrors.Shape(node, $"a transform of length {n} is not possible.");
            }

            long[] output = [.. dims];
            output[at] = isOneSided && !isInverse ? (n / 2) + 1 : n;
            output[^1] = isOneSided && isInverse ? 1 : 2;
            return new Form(
                Axes.Product(dims.AsSpan(0, at)), Axes.Product(dims.AsSpan(at + 1, dims.Length - at - 2)), (int)n, Literals.Int(node, dims[at]), (int)dims[^1], (int)output[at], (int)output[^1],
                isInverse, isOneSided && isInverse, output);
        }
    }
}
