using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>Dropout at inference: the input, and a mask of true (ONNX Dropout 13).</summary>
public sealed class Dropout : CheckedOp
{
    /// <inheritdoc/>
    public override string OpType => "Dropout";

    private protected override int MinInputs => 1;

    private protected override int MaxInputs => 3;

    private protected override void Infer(InferenceContext context)
    {
        CheckMode(context.Node, context.Constant(2));
        context.SetOutput(0, context.Input(0));
        context.SetOutput(1, DType.Bool, context.Shape(0));
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        CheckMode(context.Node, context.InputOrNull(2));
        Tensor x = context.Input(0);
        return context.Node.Outputs.Count > 1 ? [x, Mask(context.Node, x.Dims)] : [x];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Node node = context.Node;
        if (node.InputOrNull(2) is not null && context.Constant(2) is null)
        {
            throw NodeErrors.Invalid(node, "training_mode is computed. Export the model for inference.");
        }

        context.Alias(0, 0);
        if (node.Outputs.Count > 1 && node.Outputs[1] is not null)
        {
            context.Call("Copy.Run", 0, ("x", context.Weights(Mask(node, context.InputDims(0)))), ("y", context.Output(1)));
        }
    }

    private static Tensor Mask(Node node, ReadOnlySpan<long> dims)
    {
        Tensor mask = Results.Allocate(node, DType.Bool, dims);
        mask.MutableSpan<bool>().Fill(true);
        return mask;
    }

    private static void CheckMode(Node node, Tensor? trainingMode)
    {
        if (trainingMode is { DType: DType.Bool } && trainingMode.Span<bool>().Contains(true))
        {
            throw NodeErrors.Attribute(node, "training_mode", "true", "Export the model for inference.");
        }
    }
}
