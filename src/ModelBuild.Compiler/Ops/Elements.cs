using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops;

/// <summary>Moves elements of any type as bytes.</summary>
internal static class Elements
{
    /// <summary>Copies one element.</summary>
    public static void Copy(Tensor from, long fromIndex, Tensor to, long toIndex) => Copy(from, fromIndex, to, toIndex, 1);

    /// <summary>Copies a run of elements.</summary>
    public static void Copy(Tensor from, long fromIndex, Tensor to, long toIndex, long count)
    {
        int size = DTypes.SizeOf(from.DType);
        from.Bytes.Slice(checked((int)(fromIndex * size)), checked((int)(count * size))).CopyTo(to.MutableBytes()[checked((int)(toIndex * size))..]);
    }

    /// <summary>A result whose elements are picked from one operand.</summary>
    /// <param name="dims">The result's sizes.</param>
    /// <param name="start">Offset of the first element.</param>
    /// <param name="strides">The operand's strides along the axes of the result.</param>
    public static Tensor Gather(EvaluationContext context, Tensor from, ReadOnlySpan<long> dims, long start, int[] strides)
    {
        Tensor result = Results.Allocate(context.Node, from.DType, dims);
        StridedIndex index = new(dims, strides);
        for (int i = 0; i < result.Count; i++)
        {
            if ((i & 0xFFFF) == 0)
            {
                context.Cancellation.ThrowIfCancellationRequested();
            }

            Copy(from, start + index.Offset(0), result, i);
            index.MoveNext();
        }

        return result;
    }

    /// <summary>The integers of a tensor of sizes, axes or indices.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">It does not hold int32 or int64 (MDB2003).</exception>
    public static long[] Integers(Node node, int input, Tensor tensor)
    {
        ElementTypes.RequireIndex(node, input, tensor.DType);
        return tensor.ToInt64Array();
    }
}
