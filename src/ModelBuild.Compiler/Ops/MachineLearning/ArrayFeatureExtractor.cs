using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.MachineLearning;

/// <summary>Columns taken by index; of one row the result is a matrix of one row (ONNX ai.onnx.ml ArrayFeatureExtractor 1).</summary>
public sealed class ArrayFeatureExtractor : MachineLearningOp
{
    /// <inheritdoc/>
    public override string OpType => "ArrayFeatureExtractor";

    private protected override int MinInputs => 2;

    private protected override void Infer(InferenceContext context)
    {
        ElementTypes.RequireIndex(context.Node, 1, context.Input(1).DType);
        Shape? shape = null;
        if (context.Shape(0) is { } x)
        {
            if (x.Rank == 0)
            {
                throw NodeErrors.Shape(context.Node, "input 0 is a scalar; it has no columns.");
            }

            Dim count = context.Shape(1) is { } indices ? indices.Aggregate(new Dim(1), (a, b) => a * b) : Dim.Unknown;
            shape = x.Rank == 1 ? new Shape(1, count) : x.With(x.Rank - 1, count);
        }

        context.SetOutput(0, context.Input(0).DType, shape);
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        long[] indices = Elements.Integers(context.Node, 1, context.Input(1));
        (int outer, int length, _) = Axes.Split(x.Dims, x.Rank - 1);
        Tensor y = Results.Allocate(context.Node, x.DType, x.Rank == 1 ? [1, indices.Length] : [.. x.Dims[..^1], indices.Length]);
        for (int o = 0; o < outer; o++)
        {
            for (int i = 0; i < indices.Length; i++)
            {
                if (indices[i] < 0 || indices[i] >= length)
                {
                    throw NodeErrors.Invalid(context.Node, $"index {indices[i]} lies outside {length} columns.");
                }

                Elements.Copy(x, ((long)o * length) + indices[i], y, ((long)o * indices.Length) + i);
            }
        }

        return [y];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        ElementTypes.RequireMovable(context.Node, context.Input(0).DType);
        long[] dims = context.InputDims(0);
        (int outer, int length, _) = Axes.Split(dims, dims.Length - 1);
        context.Call("Gather.Run", 0, ("x", context.Input(0)), ("indices", context.Input(1)), ("y", context.Output()), ("outer", outer), ("axisLength", length), ("inner", 1));
    }
}
