using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops;

/// <summary>ONNX Softmax-13 and LogSoftmax-13 along one axis.</summary>
/// <param name="opType">Operator name.</param>
/// <param name="isLog">True for the logarithm.</param>
public sealed class SoftmaxOp(string opType, bool isLog) : Op
{
    /// <inheritdoc/>
    public override string OpType => opType;

    /// <inheritdoc/>
    public override void InferTypes(InferenceContext context)
    {
        context.CheckArity(1, 1);
        ElementTypes.Require(context.Node, 0, context.Input(0).DType, DTypes.IsFloat, "floating-point elements");
        if (context.Shape(0) is { } x)
        {
            Axes.Normalize(context.Node, context.Attributes.GetInt("axis", -1), x.Rank);
        }

        context.SetOutput(0, context.Input(0));
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        (int outer, int length, int inner) = Split(context.Node, x.Dims);
        double[] values = x.ToDoubleArray();
        for (int o = 0; o < outer; o++)
        {
            for (int i = 0; i < inner; i++)
            {
                int start = (o * length * inner) + i;
                double largest = double.NegativeInfinity;
                for (int a = 0; a < length; a++)
                {
                    largest = Math.Max(largest, values[start + (a * inner)]);
                }

                double sum = 0;
                for (int a = 0; a < length; a++)
                {
                    sum += Math.Exp(values[start + (a * inner)] - largest);
                }

                for (int a = 0; a < length; a++)
                {
                    double shifted = values[start + (a * inner)] - largest;
                    values[start + (a * inner)] = isLog ? shifted - Math.Log(sum) : Math.Exp(shifted) / sum;
                }
            }
        }

        return [NumericTensors.FromDouble(context.Node, x.DType, values, x.Dims)];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        (int outer, int length, int inner) = Split(context.Node, context.InputDims(0));
        if (context.Input(0).DType == DType.F64)
        {
            context.Call("Softmax.F64", 0, ("x", context.Input(0)), ("y", context.Output()), ("outer", outer), ("axisLength", length), ("inner", inner), ("logarithm", isLog));
            return;
        }

        ElementTypes.RequireF32Kernel(context.Node, context.Input(0).DType);
        context.Call(isLog ? "Softmax.LogF32" : "Softmax.F32", 0, ("x", context.Input(0)), ("y", context.Output()), ("outer", outer), ("axisLength", length), ("inner", inner));
    }

    private static (int Outer, int Length, int Inner) Split(Node node, ReadOnlySpan<long> dims)
    {
        int axis = Axes.Normalize(node, node.Attributes.GetInt("axis", -1), dims.Length);
        return (Axes.Product(dims[..axis]), (int)dims[axis], Axes.Product(dims[(axis + 1)..]));
    }
}
