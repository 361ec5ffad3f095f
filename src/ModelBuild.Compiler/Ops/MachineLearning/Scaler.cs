using ModelBuild.Compiler.Ir;
using static ModelBuild.Compiler.Ops.MachineLearning.MachineLearningAttributes;

namespace ModelBuild.Compiler.Ops.MachineLearning;

/// <summary>Subtracts an offset from each feature and multiplies by a scale (ONNX ai.onnx.ml Scaler 1).</summary>
public sealed class Scaler : MachineLearningOp
{
    /// <inheritdoc/>
    public override string OpType => "Scaler";

    private protected override void Infer(InferenceContext context)
    {
        RequireNumbers(context);
        _ = RowsOf(context);
        context.SetOutput(0, DType.F32, context.Shape(0));
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        (_, int features) = Matrix(x.Dims);
        (float[] offset, float[] scale) = Describe(context.Node, features);
        double[] values = Numbers(x, single: true);
        return [FloatTensors.FromDouble(context.Node, DType.F32, [.. values.Select((v, i) => (v - offset[i % offset.Length]) * scale[i % scale.Length])], x.Dims)];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        (int rows, int features) = Matrix(context.InputDims(0));
        (float[] offset, float[] scale) = Describe(context.Node, features);
        context.Call(
            "Features.Scale", 0,
            ("x", Converted(context, 0, DType.F32)), ("offset", context.Weights(Tensor.Vector<float>(offset))), ("scale", context.Weights(Tensor.Vector<float>(scale))),
            ("y", context.Output()), ("rows", rows), ("features", features));
    }

    private static (float[] Offset, float[] Scale) Describe(Node node, int features)
    {
        float[] offset = Floats(node, "offset") is { Length: > 0 } o ? o : [0];
        float[] scale = Floats(node, "scale") is { Length: > 0 } s ? s : [1];
        return (offset.Length == 1 ? offset : Sized(node, "offset", offset, features), scale.Length == 1 ? scale : Sized(node, "scale", scale, features));
    }
}
