using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>Dropout at inference, or with a ratio of 0: the input, and a mask of true (ONNX Dropout 13).</summary>
public sealed class Dropout : CheckedOp
{
    private static readonly Tensor s_usual = Tensor.Scalar(0.5f);

    /// <inheritdoc/>
    public override string OpType => "Dropout";

    /// <inheritdoc/>
    public override string? Limits => "Training mode is refused: in the call where the call tells the mode or the ratio.";

    /// <summary>True when the node is known to give back its input.</summary>
    public static bool DropsNothing(Node node) =>
        node.InputOrNull(2) is null || (node.Input(2).Constant is { } mode && !mode.Bytes.ContainsAnyExcept((byte)0)) || IsZero(node.InputOrNull(1)?.Constant);

    private protected override int MinInputs => 1;

    private protected override int MaxInputs => 3;

    private protected override void Infer(InferenceContext context)
    {
        if (context.HasInput(2))
        {
            ElementTypes.Require(context.Node, 2, context.Input(2).DType, t => t == DType.Bool, "bool elements");
        }

        CheckMode(context.Node, context.HasInput(1) ? context.Constant(1) : s_usual, context.Constant(2));
        context.SetOutput(0, context.Input(0));
        context.SetOutput(1, DType.Bool, context.Shape(0));
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        CheckMode(context.Node, context.InputOrNull(1) ?? s_usual, context.InputOrNull(2));
        Tensor x = context.Input(0);
        return context.Node.Outputs.Count > 1 ? [x, Mask(context.Node, x.Dims)] : [x];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Node node = context.Node;
        if (DropsNothing(node))
        {
            context.Alias(0, 0);
        }
        else
        {
            ElementTypes.RequireMovable(node, context.Input(0).DType);
            ElementTypes.RequireNumericKernel(node, node.InputOrNull(1)?.Type.DType ?? DType.F32);
            context.AllowInPlace(0, 0);
            context.Call("Dropout.Run", 0, ("x", context.Input(0)), ("ratio", context.InputOrNull(1) ?? context.Weights(s_usual)), ("trainingMode", context.Input(2)), ("y", context.Output()));
        }

        if (node.Outputs.Count > 1 && node.Outputs[1] is not null)
        {
            context.Call("Counts.Fill", 0, ("value", context.Weights(Tensor.Scalar(true))), ("y", context.Output(1)));
        }
    }

    private static Tensor Mask(Node node, ReadOnlySpan<long> dims)
    {
        Tensor mask = Results.Allocate(node, DType.Bool, dims);
        mask.MutableSpan<bool>().Fill(true);
        return mask;
    }

    private static bool IsZero(Tensor? ratio) => ratio is not null && DTypes.IsFloat(ratio.DType) && ratio.ToDoubleArray().All(r => r == 0);

    /// <summary>Stops where elements would be dropped; nothing is known of a ratio or mode that is computed.</summary>
    private static void CheckMode(Node node, Tensor? ratio, Tensor? trainingMode)
    {
        if (trainingMode is { DType: DType.Bool } && trainingMode.Span<bool>().Contains(true) && ratio is not null && !IsZero(ratio))
        {
            throw NodeErrors.Attribute(node, "training_mode", "true", "Export the model for inference.");
        }
    }
}
