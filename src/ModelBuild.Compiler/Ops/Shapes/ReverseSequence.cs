using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>The first elements of each sequence of a batch in reverse order (ONNX ReverseSequence 10). At build time only: there is no kernel.</summary>
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
        long[] lengths = Elements.Integers(context.Node, 1, context.Input(1));
        long steps = x.Dims[time];
        if (lengths.Length != x.Dims[batch] || lengths.Any(l => l < 0 || l > steps))
        {
            throw NodeErrors.Invalid(context.Node, $"the lengths [{string.Join(',', lengths.Take(16))}] do not fit {x.Type.Shape}.");
        }

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

    private static (int Time, int Batch) AxesOf(Node node, int rank)
    {
        long time = node.Attributes.GetInt("time_axis", 0);
        long batch = node.Attributes.GetInt("batch_axis", 1);
        return rank >= 2 && time is 0 or 1 && batch == 1 - time ? ((int)time, (int)batch) : throw NodeErrors.Invalid(node, $"time_axis {time} and batch_axis {batch} do not fit rank {rank}.");
    }
}
