using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.MachineLearning;

/// <summary>1 for elements above a threshold, 0 for others (ONNX ai.onnx.ml Binarizer 1).</summary>
public sealed class Binarizer : MachineLearningOp
{
    /// <inheritdoc/>
    public override string OpType => "Binarizer";

    private protected override void Infer(InferenceContext context)
    {
        RequireNumbers(context);
        context.SetOutput(0, context.Input(0).DType, context.Shape(0));
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        double threshold = context.Attributes.GetFloat("threshold", 0);
        return [NumericTensors.FromDouble(context.Node, x.DType, [.. x.ToDoubleArray().Select(v => v > threshold ? 1.0 : 0)], x.Dims)];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context) =>
        context.Call("Features.Binarize", 0, ("x", context.Input(0)), ("y", context.Output()), ("threshold", context.Node.Attributes.GetFloat("threshold", 0)));
}
