using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops;

/// <summary>Sizes as literals of plan steps, which are 32-bit.</summary>
internal static class Literals
{
    private const int MaxRank = 16;

    /// <summary>A size.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">It does not fit 32 bits (MDB2005).</exception>
    public static int Int(Node node, long value) => value is >= int.MinValue and <= int.MaxValue
        ? (int)value
        : throw NodeErrors.Limit(node, $"a size of {value} does not fit 32 bits.");

    /// <summary>One size per axis.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">One does not fit 32 bits, or there are more than 16 (MDB2005).</exception>
    public static int[] Ints(Node node, ReadOnlySpan<long> values)
    {
        if (values.Length > MaxRank)
        {
            throw NodeErrors.Limit(node, $"a tensor of rank {values.Length} has more than {MaxRank} axes.");
        }

        int[] result = new int[values.Length];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = Int(node, values[i]);
        }

        return result;
    }
}
