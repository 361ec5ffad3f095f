using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Text;
using static ModelBuild.Compiler.Ops.MachineLearning.MachineLearningAttributes;

namespace ModelBuild.Compiler.Ops.MachineLearning;

/// <summary>One column per category (ONNX ai.onnx.ml OneHotEncoder 1). An element of no category gives zeros or, with <c>zeros</c> = 0, an exception.</summary>
public sealed class OneHotEncoder : MachineLearningOp
{
    /// <inheritdoc/>
    public override string OpType => "OneHotEncoder";

    private protected override void Infer(InferenceContext context)
    {
        int count;
        if (context.Input(0).DType == DType.String)
        {
            count = Words(context.Node).Length;
        }
        else
        {
            RequireNumbers(context);
            count = Categories(context.Node).Length;
        }

        context.SetOutput(0, DType.F32, context.Shape(0) is { } shape ? new Shape([.. shape, count]) : null);
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        bool allowsOthers = AllowsOthers(context.Node);
        if (x.DType == DType.String)
        {
            return [OfWords(context.Node, x, Words(context.Node), allowsOthers)];
        }

        long[] categories = Categories(context.Node);
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
    public override void Lower(ILoweringContext context)
    {
        Operand x = context.Input(0);
        if (x.DType == DType.String)
        {
            context.Call("Words.OneHot", 0, [("x", x), .. WordList.Arguments(context, Words(context.Node)), ("y", context.Output()), ("allowsOthers", AllowsOthers(context.Node)), ("strings", StepValue.Strings)]);
            return;
        }

        context.Call(
            "Features.OneHot", 0,
            ("x", x), ("categories", context.Weights(Tensor.Vector<long>(Categories(context.Node)))), ("y", context.Output()), ("allowsOthers", AllowsOthers(context.Node)));
    }

    private static Tensor OfWords(Node node, Tensor x, string[] words, bool allowsOthers)
    {
        Tensor y = Results.Allocate(node, DType.F32, [.. x.Dims, words.Length]);
        foreach ((int i, string value) in x.ToStringArray().Index())
        {
            int at = Array.IndexOf(words, value);
            if (at >= 0)
            {
                y.MutableSpan<float>()[(i * words.Length) + at] = 1;
            }
            else if (!allowsOthers)
            {
                throw NodeErrors.Invalid(node, $"element {i} is '{value}', which is none of its categories.");
            }
        }

        return y;
    }

    private static bool AllowsOthers(Node node) => node.Attributes.GetInt("zeros", 1) != 0;

    private static string[] Words(Node node) => Strings(node, "cats_strings") is { Length: > 0 } words
        ? words
        : throw NodeErrors.Invalid(node, "reads strings, but has no cats_strings.");

    private static long[] Categories(Node node) => Ints(node, "cats_int64s") is { Length: > 0 } categories
        ? categories
        : throw NodeErrors.Invalid(node, "has no cats_int64s.");
}
