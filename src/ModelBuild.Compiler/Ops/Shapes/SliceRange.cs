using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>Starts, steps and sizes of a slice, one per axis of its operand, with ONNX's clamping applied.</summary>
/// <param name="Starts">First index along each axis.</param>
/// <param name="Steps">Distance of indices along each axis.</param>
/// <param name="Sizes">Number of indices along each axis.</param>
internal sealed record SliceRange(long[] Starts, long[] Steps, long[] Sizes)
{
    /// <summary>Resolves the inputs of Slice.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">The inputs contradict each other or the shape (MDB2003).</exception>
    public static SliceRange Resolve(Node node, ReadOnlySpan<long> dims, Tensor starts, Tensor ends, Tensor? axes, Tensor? steps)
    {
        long[] first = Elements.Integers(node, 1, starts);
        long[] last = Elements.Integers(node, 2, ends);
        int[] axis = AxesOf(node, dims.Length, first.Length, axes);
        long[] step = steps is null ? [.. first.Select(_ => 1L)] : Elements.Integers(node, 4, steps);
        if (last.Length != first.Length || axis.Length != first.Length || step.Length != first.Length)
        {
            throw NodeErrors.Invalid(node, "starts, ends, axes and steps differ in length.");
        }

        SliceRange range = new(new long[dims.Length], [.. Enumerable.Repeat(1L, dims.Length)], dims.ToArray());
        for (int i = 0; i < axis.Length; i++)
        {
            (range.Starts[axis[i]], range.Steps[axis[i]], range.Sizes[axis[i]]) = Resolve(node, dims[axis[i]], first[i], last[i], step[i]);
        }

        return range;
    }

    /// <summary>The axes that are sliced.</summary>
    public static int[] AxesOf(Node node, int rank, int count, Tensor? axes)
    {
        if (axes is null && count > rank)
        {
            throw NodeErrors.Invalid(node, $"slices {count} axes of a tensor of rank {rank}.");
        }

        return axes is null ? [.. Enumerable.Range(0, count)] : Axes.Normalize(node, Elements.Integers(node, 3, axes), rank);
    }

    private static (long Start, long Step, long Size) Resolve(Node node, long dim, long start, long end, long step)
    {
        if (step == 0)
        {
            throw NodeErrors.Invalid(node, "a step is 0.");
        }

        // Steps beyond the axis take one element; the bound keeps the arithmetic within 64 bits.
        step = Math.Clamp(step, -int.MaxValue, int.MaxValue);
        start = start < 0 ? start + dim : start;
        end = end < 0 ? end + dim : end;
        start = step > 0 ? Math.Clamp(start, 0, dim) : Math.Clamp(start, 0, Math.Max(0, dim - 1));
        end = step > 0 ? Math.Clamp(end, 0, dim) : Math.Clamp(end, -1, dim - 1);
        long size = step > 0 ? (end - start + step - 1) / step : (start - end - step - 1) / -step;
        return dim == 0 || size <= 0 ? (0, 1, 0) : (start, step, size);
    }
}
