using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Reductions;

/// <summary>An operand as the kernels reduce it: the middle axis of three.</summary>
/// <param name="X">The operand, transposed where reduced axes are not neighbours.</param>
/// <param name="Outer">Elements before the reduced axes.</param>
/// <param name="Axis">Elements of the reduced axes.</param>
/// <param name="Inner">Elements after the reduced axes.</param>
internal sealed record ReduceLayout(Operand X, int Outer, int Axis, int Inner)
{
    /// <summary>Brings the axes together, with a transposition where needed.</summary>
    /// <param name="axes">The reduced axes in ascending order; none reduces runs of one element.</param>
    public static ReduceLayout Of(ILoweringContext context, Operand x, long[] dims, int[] axes)
    {
        // Axes of length 1 can count as reduced or not, whichever keeps the others together.
        int[] reduced = [.. axes.Where(a => dims[a] != 1)];
        if (reduced.Length == 0)
        {
            return new ReduceLayout(x, Axes.Product(dims), 1, 1);
        }

        int first = reduced[0];
        int last = reduced[^1];
        if (Enumerable.Range(first, last - first).All(a => dims[a] == 1 || reduced.Contains(a)))
        {
            return new ReduceLayout(x, Axes.Product(dims.AsSpan(0, first)), Axes.Product(dims.AsSpan(first, last - first + 1)), Axes.Product(dims.AsSpan(last + 1)));
        }

        int[] kept = [.. Enumerable.Range(0, dims.Length).Except(reduced)];
        int outer = Axes.Product([.. kept.Select(a => dims[a])]);
        int length = Axes.Product([.. reduced.Select(a => dims[a])]);
        if (context.Scratch(x.DType, (long)outer * length) is not { } moved)
        {
            return new ReduceLayout(x, outer, length, 1);
        }

        context.Call("Transpose.Run", 0, ("x", x), ("y", moved), ("shape", Literals.Ints(context.Node, dims)), ("permutation", (int[])[.. kept, .. reduced]));
        return new ReduceLayout(moved, outer, length, 1);
    }
}
