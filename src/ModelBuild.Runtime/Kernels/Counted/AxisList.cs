using System.Numerics;

namespace ModelBuild.Kernels;

/// <summary>Axes that are named by a tensor of a call.</summary>
internal static class AxisList
{
    /// <summary>The largest rank.</summary>
    internal const int MaxRank = StridedCopy.MaxRank;

    /// <summary>Notes which axes are named.</summary>
    /// <param name="axes">Numbers of axes; negative ones count from the last.</param>
    /// <param name="isNamed">Receives true for those that are named; one entry for every axis.</param>
    /// <param name="op">The operator, for messages.</param>
    /// <exception cref="ArgumentException">An axis lies outside of the rank, or is named twice.</exception>
    internal static void Mark<T>(ReadOnlySpan<T> axes, Span<bool> isNamed, string op)
        where T : unmanaged, IBinaryInteger<T>
    {
        isNamed.Clear();
        foreach (T given in axes)
        {
            long named = long.CreateSaturating(given);
            long axis = named < 0 ? named + isNamed.Length : named;
            if (axis < 0 || axis >= isNamed.Length)
            {
                Refuse(op, named, $"lies outside a rank of {isNamed.Length}");
            }

            if (isNamed[(int)axis])
            {
                Refuse(op, named, "is named twice");
            }

            isNamed[(int)axis] = true;
        }
    }

    private static void Refuse(string op, long axis, string why) => Throw.Argument($"Axis {axis} of {op} {why}.", "axes");
}
