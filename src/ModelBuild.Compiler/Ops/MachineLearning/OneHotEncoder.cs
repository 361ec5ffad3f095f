using ModelBuild.Compiler.Ir;
using static ModelBuild.Compiler.Ops.MachineLearning.MachineLearningAttributes;

namespace ModelBuild.Compiler.Ops.MachineLearning;

/// <summary>One column per category (ONNX ai.onnx.ml OneHotEncoder 1). An element of no category gives zeros or, with <c>zeros</c> = 0, an exception.</summary>
public sealed class OneHotEncoder : MachineLearningOp
{
    /// <inheritdoc/>
    public override string OpType => "OneHotEncoder";

    private protected override void Infer(InferenceContext context)
    {
        RequireNumbers(context);
        long[] categories = Categories(context.Node);
        context.SetOutput(0, DType.F32, context.Shape(0) is { } shape ? new Shape([.. shape, categories.Length]) : null);
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        long[] categories = Categories(context.Node);
        bool allowsOthers = AllowsOthers(context.Node);
        Tensor y = Results.Allocate(context.Node, DType.F32, [.. x.Dims, categories.Length]);
        double[] values = x.ToDoubleArray();
        for (int i = 0; i < values.Length; i++)
        {
            int at = Array.IndexOf(categories, DTypes.IsFloat(x.DType) ? double.IsNaN(values[i]) ? 0 : (long)values[i] : x.ToInt64Array()[i]);
            if (at >= 0)
            {
                y.MutableSpan<float>()[(i * categories.Length) + at] = 1;
            }
            else if (!allowsOthers)
            {
                throw NodeErrors.Invalid(context.Node, $"element {i} is {values[i]}, which is none of its categories.");
            }
        }

        return [y];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context) => context.Call(
        "Features.OneHot", 0,
        ("x", context.Input(0)), ("categories", context.Weights(Tensor.Vector<long>(Categories(context.Node)))), ("y", context.Output()), ("allowsOthers", AllowsOthers(context.Node)));

    private static bool AllowsOthers(Node node) => node.Attributes.GetInt("zeros", 1) != 0;

    private static long[] Categories(Node node) => Ints(node, "cats_int64s") is { Length: > 0 } categories
        ? categories
        : throw NodeErrors.Invalid(node, "has no cats_int64s.");
}
