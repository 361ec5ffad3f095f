using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>The first elements of each sequence of a batch in reverse order (ONNX ReverseSequence 10). With constant lengths it is a gathering of rows.</summary>
public sealed class ReverseSequence : CheckedOp
{
    /// <inheritdoc/>
    public override string OpType => "ReverseSequence";

    private protected override int MinInputs => 2;

    private protected override void Infer(InferenceContext context)
    {
        if (context.Shape(0) is { } shape)
        {
            _ = AxesOf(context.Node, shape.Rank);
        }

        context.SetOutput(0, context.Input(0));
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        (int time, int batch) = AxesOf(context.Node, x.Rank);
        long[] lengths = LengthsOf(context.Node, context.Input(1), x.Dims[time], x.Dims[batch]);
        Tensor y = Results.Allocate(context.Node, x.DType, x.Dims);
        int[] strides = StridedIndex.Dense(x.Dims);
        StridedIndex index = new(x.Dims, strides);
        for (int i = 0; i < y.Count; i++)
        {
            long length = lengths[index.Axis(batch)];
            long at = index.Axis(time);
            long source = at < length ? length - 1 - at : at;
            Elements.Copy(x, i + ((source - at) * strides[time]), y, i);
            index.MoveNext();
        }

        return [y];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Node node = context.Node;
        ElementTypes.RequireMovable(node, context.Input(0).DType);
        long[] dims = context.InputDims(0);
        (int time, int batch) = AxesOf(node, dims.Length);
        if (context.Constant(1) is not { } lengths)
        {
            ElementTypes.RequireIndex(node, 1, context.Input(1).DType);
            context.Call(
                "ReverseSequences.Run", 0,
                ("x", context.Input(0)), ("lengths", context.Input(1)), ("y", context.Output()), ("first", Literals.Int(node, dims[0])), ("second", Literals.Int(node, dims[1])),
                ("inner", Axes.Product(dims.AsSpan(2))), ("timeFirst", time == 0));
            return;
        }

        long[] values = LengthsOf(node, lengths, dims[time], dims[batch]);
        long[] rows = new long[dims[0] * dims[1]];
        for (long r = 0; r < rows.Length; r++)
        {
            long at = time == 0 ? r / dims[1] : r % dims[1];
            long length = values[time == 0 ? r % dims[1] : r / dims[1]];
            rows[r] = r + (at < length ? (length - 1 - (2 * at)) * (time == 0 ? dims[1] : 1) : 0);
        }

        context.Call(
            "Gather.Run", 0, ("x", context.Input(0)), ("indices", context.Weights(Tensor.Vector<long>(rows))), ("y", context.Output()), ("outer", 1), ("axisLength", rows.Length), ("inner", Axes.Product(dims.AsSpan(2))));
    }

    private static long[] LengthsOf(Node node, Tensor tensor, long steps, long count)
    {
        long[] lengths = Elements.Integers(node, 1, tensor);
        return lengths.Length == count && lengths.All(l => l >= 0 && l <= steps)
            ? lengths
            : throw NodeErrors.Invalid(node, $"the lengths [{string.Join(',', lengths.Take(16))}] do not fit {count} sequences of {steps} steps.");
    }

    private static (int Time, int Batch) AxesOf(Node node, int rank)
    {
        long time = node.Attributes.GetInt("time_axis", 0);
        long batch = node.Attributes.GetInt("batch_axis", 1);
        return rank >= 2 && time is 0 or 1 && batch == 1 - time ? ((int)time, (int)batch) : throw NodeErrors.Invalid(node, $"time_axis {time} and batch_axis {batch} do not fit rank {rank}.");
    }
}
