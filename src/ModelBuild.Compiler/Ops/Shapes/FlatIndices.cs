using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>Tuples of indices that are known, as one index each: into a tensor as a row of slices. Slices that always lie beside each other are one.</summary>
/// <param name="Indices">The slice of each tuple, in their order.</param>
/// <param name="Length">Elements of a slice.</param>
/// <param name="Count">Slices of the tensor.</param>
internal sealed record FlatIndices(int[] Indices, int Length, int Count)
{
    /// <summary>The slices that tuples name, or null where one lies outside of the tensor or its elements are too many.</summary>
    /// <param name="node">The node, for errors.</param>
    /// <param name="tuples">Its tuples [..., width].</param>
    /// <param name="dims">The sizes of the tensor.</param>
    /// <param name="width">Indices of a tuple: of the first axes.</param>
    public static FlatIndices? Of(Node node, Tensor tuples, long[] dims, int width)
    {
        long[] values = Elements.Integers(node, 1, tuples);
        long slices = 1;
        long length = 1;
        for (int axis = 0; axis < dims.Length; axis++)
        {
            slices *= axis < width ? dims[axis] : 1;
            length *= axis < width ? 1 : dims[axis];
        }

        if (values.Length == 0 || slices * length is < 1 or > int.MaxValue)
        {
            return null;
        }

        int[] indices = new int[values.Length / width];
        for (int t = 0; t < indices.Length; t++)
        {
            long place = 0;
            for (int k = 0; k < width; k++)
            {
                long index = values[(t * width) + k];
                index += index < 0 ? dims[k] : 0;
                if (index < 0 || index >= dims[k])
                {
                    return null;
                }

                place = (place * dims[k]) + index;
            }

            indices[t] = (int)place;
        }

        int run = Run(indices, slices);
        return new FlatIndices([.. indices.Where((_, t) => t % run == 0).Select(i => i / run)], (int)length * run, (int)(slices / run));
    }

    // The longest run of which all begin at a multiple of its length.
    private static int Run(int[] indices, long slices)
    {
        int most = 1;
        while (most < indices.Length && indices[most] == indices[0] + most)
        {
            most++;
        }

        for (int run = most; run > 1; run--)
        {
            if (indices.Length % run == 0 && slices % run == 0 && IsRuns(indices, run))
            {
                return run;
            }
        }

        return 1;
    }

    private static bool IsRuns(int[] indices, int run)
    {
        for (int t = 0; t < indices.Length; t++)
        {
            if (indices[t] != indices[t - (t % run)] + (t % run) || (t % run == 0 && indices[t] % run != 0))
            {
                return false;
            }
        }

        return true;
    }
}
