using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>ONNX Transpose-13.</summary>
public sealed class Transpose : CheckedOp
{
    /// <inheritdoc/>
    public override string OpType => "Transpose";

    /// <summary>The permutation of a node: output axis i is input axis perm[i].</summary>
    public static int[] Permutation(Node node, int rank)
    {
        long[] perm = node.Attributes.GetInts("perm") ?? [.. Enumerable.Range(0, rank).Select(i => (long)(rank - 1 - i))];
        return perm.Length == rank && perm.Order().SequenceEqual(Enumerable.Range(0, rank).Select(i => (long)i))
            ? [.. perm.Select(p => (int)p)]
            : throw NodeErrors.Invalid(node, $"perm [{string.Join(',', perm)}] is no permutation of {rank} axes.");
    }

    /// <summary>A transposed copy.</summary>
    public static Tensor Apply(Tensor x, ReadOnlySpan<int> perm)
    {
        long[] dims = new long[perm.Length];
        int[] strides = new int[perm.Length];
        for (int i = 0; i < perm.Length; i++)
        {
            dims[i] = x.Dims[perm[i]];
            strides[i] = Axes.Product(x.Dims[(perm[i] + 1)..]);
        }

        Tensor y = new(x.DType, dims);
        int size = DTypes.SizeOf(x.DType);
        Span<byte> target = y.MutableBytes();
        long[] index = new long[perm.Length];
        int source = 0;
        for (int i = 0; i < y.Count; i++)
        {
            x.Bytes.Slice(source * size, size).CopyTo(target[(i * size)..]);
            for (int axis = perm.Length - 1; axis >= 0; axis--)
            {
                source += strides[axis];
                if (++index[axis] < dims[axis])
                {
                    break;
                }

                source -= strides[axis] * (int)dims[axis];
                index[axis] = 0;
            }
        }

        return y;
    }

    private protected override int MinInputs => 1;

    private protected override void Infer(InferenceContext context)
    {
        Shape? shape = context.Shape(0) is { } x ? new Shape([.. Permutation(context.Node, x.Rank).Select(p => x[p])]) : null;
        context.SetOutput(0, context.Input(0).DType, shape);
    }

    private protected override Tensor[] Compute(EvaluationContext context) => [Apply(context.Input(0), Permutation(context.Node, context.Input(0).Rank))];

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        long[] dims = context.InputDims(0);
        int[] perm = Permutation(context.Node, dims.Length);

        // Moving only sizes of 1 leaves the data as it is.
        if (perm.Where(p => dims[p] != 1).SequenceEqual(perm.Where(p => dims[p] != 1).Order()))
        {
            context.Alias(0, 0);
            return;
        }

        context.Call("Transpose.Run", 0, ("x", context.Input(0)), ("y", context.Output()), ("shape", dims.Select(d => (int)d).ToArray()), ("permutation", perm));
    }
}
