using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops;

/// <summary>Axis attributes and inputs.</summary>
public static class Axes
{
    /// <summary>A non-negative axis.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">It lies outside the rank (MDB2003).</exception>
    public static int Normalize(Node node, long axis, int rank) =>
        axis >= -rank && axis < rank ? (int)(axis < 0 ? axis + rank : axis) : throw NodeErrors.Invalid(node, $"axis {axis} lies outside a rank of {rank}.");

    /// <summary>Distinct non-negative axes in the order given.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">One lies outside the rank or is named twice (MDB2003).</exception>
    public static int[] Normalize(Node node, ReadOnlySpan<long> axes, int rank)
    {
        int[] result = new int[axes.Length];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = Normalize(node, axes[i], rank);
            if (Array.IndexOf(result, result[i], 0, i) >= 0)
            {
                throw NodeErrors.Invalid(node, $"axis {axes[i]} is named twice.");
            }
        }

        return result;
    }

    /// <summary>Number of elements before, along and after an axis.</summary>
    public static (int Outer, int Length, int Inner) Split(ReadOnlySpan<long> dims, int axis) => (Product(dims[..axis]), checked((int)dims[axis]), Product(dims[(axis + 1)..]));

    /// <summary>Product of sizes.</summary>
    public static int Product(ReadOnlySpan<long> dims)
    {
        long product = 1;
        foreach (long dim in dims)
        {
            product = checked(product * dim);
        }

        return checked((int)product);
    }
}
