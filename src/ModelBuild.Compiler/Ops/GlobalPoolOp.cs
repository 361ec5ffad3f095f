using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops;

/// <summary>ONNX GlobalAveragePool and GlobalMaxPool: all spatial positions of a channel to one.</summary>
/// <param name="opType">Operator name.</param>
/// <param name="isMax">True for the largest element, false for the mean.</param>
public sealed class GlobalPoolOp(string opType, bool isMax) : Op
{
    /// <inheritdoc/>
    public override string OpType => opType;

    /// <inheritdoc/>
    public override void InferTypes(InferenceContext context)
    {
        context.CheckArity(1, 1);
        ElementTypes.Require(context.Node, 0, context.Input(0).DType, ElementTypes.IsNumeric, "numbers");
        if (context.Shape(0) is { } shape && (shape.Rank < 2 || shape.Skip(2).Any(d => d == new Dim(0))))
        {
            throw NodeErrors.Shape(context.Node, $"the input {shape} must have a batch, channels and positions to pool.");
        }

        context.SetOutput(0, context.Input(0).DType, context.Shape(0) is { } x ? new Shape(x.Select((d, i) => i < 2 ? d : 1)) : null);
    }

    /// <inheritdoc/>
    public override Tensor[] Evaluate(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        int rows = (int)(x.Dims[0] * x.Dims[1]);
        int length = x.Count / Math.Max(rows, 1);
        double[] values = x.ToDoubleArray();
        double[] y = [.. Enumerable.Range(0, rows).Select(r => isMax ? values.AsSpan(r * length, length).ToArray().Max() : values.AsSpan(r * length, length).ToArray().Average())];
        return [NumericTensors.FromDouble(context.Node, x.DType, y, [x.Dims[0], x.Dims[1], .. Enumerable.Repeat(1L, x.Rank - 2)])];
    }
}
