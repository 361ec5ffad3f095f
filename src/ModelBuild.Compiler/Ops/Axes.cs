using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops;

/// <summary>Axis attributes and inputs.</summary>
public static class Axes
{
    /// <summary>A non-negative axis.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">It lies outside the rank (MDB2003).</exception>
    public static int Normalize(Node node, long axis, int rank) =>
        axis >= -rank && axis < rank ? (int)(axis < 0 ? axis + rank : axis) : throw NodeErrors.Invalid(node, $"axis {axis} lies outside a rank of {rank}.");

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
