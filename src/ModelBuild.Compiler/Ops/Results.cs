using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops;

/// <summary>Makes the tensors that evaluation returns, within the memory that a model may ask for.</summary>
internal static class Results
{
    /// <summary>The most bytes that one result of reference evaluation may have.</summary>
    public const long MaxBytes = 512L << 20;

    /// <summary>A result of zeros.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">A dimension is negative (MDB3002), or the result is larger than <see cref="MaxBytes"/> (MDB2005).</exception>
    public static Tensor Allocate(Node node, DType type, ReadOnlySpan<long> dims)
    {
        Check(node, type, dims);
        return new Tensor(type, dims);
    }

    /// <summary>Checks a result's sizes.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">As for <see cref="Allocate"/>.</exception>
    public static void Check(Node node, DType type, ReadOnlySpan<long> dims)
    {
        if (type == DType.Undefined)
        {
            throw NodeErrors.Type(node, $"elements of type {type} cannot be computed.");
        }

        bool empty = false;
        foreach (long dim in dims)
        {
            if (dim < 0)
            {
                throw NodeErrors.Shape(node, $"the result would have the dimension {dim}.");
            }

            empty |= dim == 0;
        }

        UInt128 bytes = (UInt128)DTypes.SizeOf(type);
        foreach (long dim in dims)
        {
            // The product of sizes other than 0 must fit even where the tensor is empty, as offsets are computed from it.
            bytes *= (UInt128)Math.Max(1, dim);
            if (bytes > (empty ? (UInt128)long.MaxValue : (UInt128)MaxBytes))
            {
                throw NodeErrors.Limit(node, $"the result [{string.Join(',', dims.ToArray().Take(16))}] of {type} is larger than {MaxBytes >> 20} MiB, the most that is computed at build time.");
            }
        }
    }
}
