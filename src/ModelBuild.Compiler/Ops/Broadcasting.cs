using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops;

/// <summary>Numpy broadcasting, as ONNX defines it for multidirectional operators.</summary>
public static class Broadcasting
{
    /// <summary>The common shape, or null when a rank is not known.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">The shapes do not agree (MDB3002).</exception>
    public static Shape? Combine(Node node, params IEnumerable<Shape?> shapes)
    {
        Dim[] result = [];
        foreach (Shape? shape in shapes)
        {
            if (shape is null)
            {
                return null;
            }

            int rank = Math.Max(result.Length, shape.Rank);
            Dim[] next = new Dim[rank];
            for (int i = 0; i < rank; i++)
            {
                Dim a = i < rank - result.Length ? new Dim(1) : result[i - (rank - result.Length)];
                Dim b = i < rank - shape.Rank ? new Dim(1) : shape[i - (rank - shape.Rank)];
                next[i] = Combine(node, a, b, shape, result);
            }

            result = next;
        }

        return new Shape(result);
    }

    /// <summary>The common sizes of constants.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">They do not agree (MDB3002).</exception>
    public static long[] Dims(Node node, params IEnumerable<Tensor> tensors) => Combine(node, tensors.Select(t => Shape.Of(t.Dims)))!.ToArray();

    /// <summary>Element strides of an operand within the common shape; 0 where it is repeated.</summary>
    public static int[] Strides(ReadOnlySpan<long> dims, ReadOnlySpan<long> common)
    {
        int[] strides = new int[common.Length];
        int stride = 1;
        for (int i = dims.Length - 1; i >= 0; i--)
        {
            int axis = common.Length - dims.Length + i;
            strides[axis] = dims[i] == 1 ? 0 : stride;
            stride *= (int)dims[i];
        }

        return strides;
    }

    /// <summary>For each element of the common shape, the position of the operand's element.</summary>
    public static int[] Positions(ReadOnlySpan<long> dims, ReadOnlySpan<long> common)
    {
        int[] strides = Strides(dims, common);
        long count = 1;
        foreach (long dim in common)
        {
            count *= dim;
        }

        int[] positions = new int[count];
        long[] index = new long[common.Length];
        int position = 0;
        for (int i = 0; i < positions.Length; i++)
        {
            positions[i] = position;
            for (int axis = common.Length - 1; axis >= 0; axis--)
            {
                position += strides[axis];
                if (++index[axis] < common[axis])
                {
                    break;
                }

                position -= strides[axis] * (int)common[axis];
                index[axis] = 0;
            }
        }

        return positions;
    }

    private static Dim Combine(Node node, Dim a, Dim b, Shape shape, Dim[] so)
    {
        if (a == b && !a.IsUnknown)
        {
            return a;
        }

        if (a.IsKnown && a.Value == 1)
        {
            return b;
        }

        if (b.IsKnown && b.Value == 1)
        {
            return a;
        }

        if (a.IsKnown && b.IsKnown)
        {
            if (node.Graph.SizeDependence is { } dependence && node.Op is { BroadcastsInputs: true })
            {
                // Sizes that a call counts are compared in the call.
                if (dependence.IsMisfit(node))
                {
                    return Dim.Unknown;
                }

                dependence.NoteMisfit(node);
            }

            throw NodeErrors.Shape(node, $"{new Shape(so)} and {shape} cannot be broadcast.");
        }

        return a.IsKnown ? a : b.IsKnown ? b : Dim.Unknown;
    }
}
