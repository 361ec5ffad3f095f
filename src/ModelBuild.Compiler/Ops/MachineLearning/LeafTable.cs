using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.MachineLearning;

/// <summary>The values of all leaves of an ensemble.</summary>
/// <param name="Values">What each leaf adds to the sums or averages [leaves][<paramref name="Width"/>].</param>
/// <param name="Width">Values of a leaf.</param>
internal sealed record LeafTable(float[] Values, int Width)
{
    /// <summary>The table of all leaves in their order, and behind them one without values.</summary>
    /// <param name="width">The number of targets of a leaf, or the next multiple of 4.</param>
    public static LeafTable Of(TreeForest forest, int width)
    {
        float[] values = new float[(forest.Leaves.Length + 1) * width];
        for (int leaf = 0; leaf < forest.Leaves.Length; leaf++)
        {
            Fill(forest.Summands(leaf), values.AsSpan(leaf * width, width));
        }

        return new LeafTable(values, width);
    }

    /// <summary>Numbers of one leaf: whole vectors of <see cref="Trees"/>, or one.</summary>
    public static int WidthOf(int targets) => targets == 1 ? 1 : (targets + 3) / 4 * 4;

    /// <summary>Adds up the values of one leaf by their targets.</summary>
    public static void Fill(IEnumerable<(int Target, double Value)> summands, Span<float> row)
    {
        double[] sums = new double[row.Length];
        foreach ((int target, double value) in summands)
        {
            sums[row.Length == 1 ? 0 : target] += value;
        }

        for (int k = 0; k < row.Length; k++)
        {
            row[k] = (float)sums[k];
        }
    }
}
