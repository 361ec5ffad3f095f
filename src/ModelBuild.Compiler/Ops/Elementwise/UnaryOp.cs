using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>One operand of any shape to a result of the same type and shape.</summary>
/// <param name="opType">Operator name.</param>
/// <param name="function">The function on real numbers, with the node's attributes.</param>
/// <param name="kernel">Method of the <c>Unary</c> family without its type suffix.</param>
/// <param name="arguments">Names of the kernel's literals with the attribute each comes from and its default.</param>
public sealed class UnaryOp(string opType, Func<double, AttributeMap, double> function, string kernel, params (string Argument, string Attribute, float Default)[] arguments) : Op
{
    /// <inheritdoc/>
    public override string OpType => opType;

    /// <inheritdoc/>
    public override void InferTypes(InferenceContext context)
    {
        context.CheckArity(1, 1);
        context.SetOutput(0, context.Input(0));
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        double[] values = x.ToDoubleArray();
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = function(values[i], context.Attributes);
        }

        return [NumericTensors.FromDouble(context.Node, x.DType, values, x.Dims)];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        if (context.Input(0).DType != DType.F32)
        {
            throw NodeErrors.Type(context.Node, $"works on {context.Input(0).DType}; binary32 has a kernel. Set Runtime=\"onnxruntime\" for others.");
        }

        context.AllowInPlace(0, 0);
        (string, StepValue)[] all = [("x", context.Input(0)), ("y", context.Output()), .. arguments.Select(a => (a.Argument, (StepValue)context.Node.Attributes.GetFloat(a.Attribute, a.Default)))];
        context.Call($"Unary.{kernel}F32", 0, all);
    }
}
