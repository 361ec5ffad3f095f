using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.MachineLearning;

/// <summary>An operator of classical models. It works on rows of features: [rows, features], or [features] for one row.</summary>
public abstract class MachineLearningOp : CheckedOp
{
    /// <summary>The domain of all of them.</summary>
    public const string DomainName = "ai.onnx.ml";

    /// <summary>The least opset of the domain that graphs have: the one whose forms of the operators are read; later ones leave some of them out.</summary>
    public const long CanonicalOpset = 3;

    /// <inheritdoc/>
    public sealed override string Domain => DomainName;

    private protected override int MinInputs => 1;

    /// <summary>True for a classifier whose scores lie between 0 and 1: they end in a function with such values, or are shares of votes.</summary>
    public static bool GivesProbabilities(Node node) =>
        MachineLearningAttributes.Transform(node) is ScoreTransform.Softmax or ScoreTransform.SoftmaxZero or ScoreTransform.Logistic
        || MachineLearningAttributes.Floats(node, "prob_a").Length > 0
        || (node.OpType == "TreeEnsembleClassifier" && MachineLearningAttributes.Numbers(node, "class_weights").All(w => w >= 0));

    /// <summary>The number of rows of an input, or null when its rank is not known.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">It is neither a row nor a matrix (MDB3002).</exception>
    private protected static Dim? RowsOf(InferenceContext context, int input = 0) => context.Shape(input) switch
    {
        null => null,
        { Rank: 1 } => 1,
        { Rank: 2 } shape => shape[0],
        Shape shape => throw NodeErrors.Shape(context.Node, $"input {input} {shape} has rank {shape.Rank}; [rows, features] or [features] is needed."),
    };

    /// <summary>Rows and features of static sizes.</summary>
    private protected static (int Rows, int Features) Matrix(ReadOnlySpan<long> dims) =>
        dims.Length == 1 ? (1, checked((int)dims[0])) : (checked((int)dims[0]), Axes.Product(dims[1..]));

    /// <summary>Checks that an input holds numbers that these operators take.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">It holds others (MDB2003).</exception>
    private protected static void RequireNumbers(InferenceContext context, int input = 0)
    {
        ElementTypes.Require(context.Node, input, context.Input(input).DType, t => t is DType.F32 or DType.F64 or DType.I32 or DType.I64, "float32, float64, int32 or int64 elements");
    }

    /// <summary>The elements of an input as numbers of the type that is computed with: integers count as binary32.</summary>
    private protected static double[] Numbers(Tensor x, bool single = false) =>
        x.DType is DType.F32 || (x.DType == DType.F64 && !single) ? x.ToDoubleArray() : [.. x.ToDoubleArray().Select(v => (double)(float)v)];

    /// <summary>An input as memory of the type that is computed with, converted where it has another.</summary>
    private protected static Operand Converted(ILoweringContext context, int input, DType type)
    {
        Operand x = context.Input(input);
        if (x.DType == type || x.Count == 0)
        {
            return x;
        }

        Operand y = context.Scratch(type, x.Count)!;
        context.Call("Cast.Run", 0, ("x", x), ("y", y));
        return y;
    }

    /// <summary>An output, or memory for it where nobody wants it.</summary>
    private protected static Operand? OutputOrScratch(ILoweringContext context, int output, DType type, long count) =>
        output < context.Node.Outputs.Count && context.Node.Outputs[output] is not null ? context.Output(output) : context.Scratch(type, count);

    /// <summary>Values as a constant of one axis; null for none.</summary>
    private protected static Operand? WeightsOf(ILoweringContext context, DType type, double[] values) =>
        values.Length == 0 ? null : context.Weights(FloatTensors.FromDouble(context.Node, type, values, [values.Length]));
}
