using ModelBuild.Compiler.Ir;
using static ModelBuild.Compiler.Ops.MachineLearning.MachineLearningAttributes;

namespace ModelBuild.Compiler.Ops.MachineLearning;

/// <summary>Replaces missing features (ONNX ai.onnx.ml Imputer 1).</summary>
public sealed class Imputer : MachineLearningOp
{
    /// <inheritdoc/>
    public override string OpType => "Imputer";

    private protected override void Infer(InferenceContext context)
    {
        RequireNumbers(context);
        _ = RowsOf(context);
        context.SetOutput(0, context.Input(0).DType, context.Shape(0));
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        (_, int features) = Matrix(x.Dims);
        (Tensor replaced, Tensor imputed) = Describe(context.Node, x.DType, features);
        Tensor y = new(x.DType, x.Dims);
        double value = replaced.ToDoubleArray()[0];
        double[] values = x.ToDoubleArray();
        for (int i = 0; i < y.Count; i++)
        {
            // A 64-bit integer is compared by its bytes, as binary64 does not hold all of them.
            bool isReplaced = DTypes.IsFloat(x.DType)
                ? values[i] == value || (double.IsNaN(value) && double.IsNaN(values[i]))
                : x.ToInt64Array()[i] == replaced.ToInt64Array()[0];
            Elements.Copy(isReplaced ? imputed : x, isReplaced ? i % imputed.Count : i, y, i);
        }

        return [y];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        (int rows, int features) = Matrix(context.InputDims(0));
        Operand x = context.Input(0);
        (Tensor replaced, Tensor imputed) = Describe(context.Node, x.DType, features);
        context.Call(
            "Features.Impute", 0,
            ("x", x), ("replaced", context.Weights(replaced)), ("imputed", context.Weights(imputed)), ("y", context.Output()), ("rows", rows), ("features", features));
    }

    private static (Tensor Replaced, Tensor Imputed) Describe(Node node, DType type, int features)
    {
        bool isFloat = DTypes.IsFloat(type);
        double[] floats = [.. Floats(node, "imputed_value_floats").Select(v => (double)v)];
        long[] integers = Ints(node, "imputed_value_int64s");
        int count = isFloat ? floats.Length : integers.Length;
        if (count != 1 && count != features)
        {
            throw NodeErrors.Invalid(node, $"has {count} imputed values of the input's kind; 1 or {features} are needed.");
        }

        return isFloat
            ? (FloatTensors.FromDouble(node, type, [node.Attributes.GetFloat("replaced_value_float", 0)], [1]), FloatTensors.FromDouble(node, type, floats, [count]))
            : (NumericTensors.FromInt64(node, type, [node.Attributes.GetInt("replaced_value_int64", 0)], [1]), NumericTensors.FromInt64(node, type, integers, [count]));
    }
}
