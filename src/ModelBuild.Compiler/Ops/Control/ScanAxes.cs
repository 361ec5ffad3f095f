using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Control;

/// <summary>Axes and directions of a Scan's slices.</summary>
internal static class ScanAxes
{
    /// <summary>The number of scanned inputs.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">It is missing or more than the inputs (MDB2003).</exception>
    public static int InputCount(Node node, int inputs)
    {
        long count = node.Attributes.GetInt("num_scan_inputs", 0);
        return count >= 1 && count <= inputs ? (int)count : throw NodeErrors.Invalid(node, $"scans {count} of {inputs} inputs; at least one is needed.");
    }

    /// <summary>The axis of a slice.</summary>
    /// <param name="rank">Rank of the whole tensor.</param>
    public static int Axis(Node node, string attribute, int index, int rank)
    {
        long axis = Entry(node, attribute, index);
        return axis >= -rank && axis < rank ? (int)(axis < 0 ? axis + rank : axis) : throw NodeErrors.Attribute(node, attribute, $"{axis}", $"The tensor has {rank} dimensions.");
    }

    /// <summary>Whether slices run from the last to the first.</summary>
    public static bool IsReverse(Node node, string attribute, int index) => Entry(node, attribute, index) switch
    {
        0 => false,
        1 => true,
        long other => throw NodeErrors.Attribute(node, attribute, $"{other}", "A direction is 0 or 1."),
    };

    private static long Entry(Node node, string attribute, int index)
    {
        long[]? values = node.Attributes.GetInts(attribute);
        return values is null || values.Length == 0 ? 0
            : index < values.Length ? values[index]
            : throw NodeErrors.Invalid(node, $"{attribute} has {values.Length} entries; more are needed.");
    }
}
