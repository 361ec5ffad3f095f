using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>Indices as tensors give them.</summary>
internal static class Index
{
    /// <summary>An index counted from the start.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">It lies outside of the axis (MDB2003).</exception>
    public static long Normalize(Node node, long index, long length) => index >= -length && index < length
        ? index < 0 ? index + length : index
        : throw NodeErrors.Invalid(node, $"index {index} lies outside of an axis of {length}.");

    /// <summary>The position that a tuple of indices names, in units of what lies behind the indexed axes.</summary>
    /// <param name="tuple">One index per axis of <paramref name="dims"/>.</param>
    /// <exception cref="Diagnostics.ModelBuildException">An index lies outside of its axis (MDB2003).</exception>
    public static long Position(Node node, ReadOnlySpan<long> tuple, ReadOnlySpan<long> dims)
    {
        long position = 0;
        for (int i = 0; i < tuple.Length; i++)
        {
            position = (position * dims[i]) + Normalize(node, tuple[i], dims[i]);
        }

        return position;
    }
}
