using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Losses;

/// <summary>ONNX SoftmaxCrossEntropyLoss-13: LogSoftmax over the classes, then NegativeLogLikelihoodLoss. scores [N,C,...], labels [N,...], weights [C]; the second output is the LogSoftmax.</summary>
public sealed class SoftmaxCrossEntropyLoss : ComposedOp
{
    /// <inheritdoc/>
    public override string OpType => "SoftmaxCrossEntropyLoss";

    private protected override int MinInputs => 2;

    private protected override int MaxInputs => 3;

    private protected override Value?[] Build(PartsBuilder parts)
    {
        if (parts.ShapeOf(parts.Input(0)).Rank < 2)
        {
            throw NodeErrors.Shape(parts.Node, $"the scores {parts.ShapeOf(parts.Input(0))} need a batch and classes.");
        }

        Value logs = parts.Add("LogSoftmax", [parts.Input(0)], new AttributeMap { { "axis", 1 } });
        return [parts.Add("NegativeLogLikelihoodLoss", [logs, parts.Input(1), parts.InputOrNull(2)], parts.Attributes.Clone()), logs];
    }
}
