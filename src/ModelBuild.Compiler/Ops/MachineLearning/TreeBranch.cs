namespace ModelBuild.Compiler.Ops.MachineLearning;

/// <summary>An inner node of a tree.</summary>
/// <param name="Feature">Column that is compared.</param>
/// <param name="Mode">The comparison.</param>
/// <param name="Threshold">What it is compared with.</param>
/// <param name="WhenTrue">Branch that follows where the comparison holds, or the complement of a leaf.</param>
/// <param name="WhenFalse">Branch that follows where it does not.</param>
/// <param name="MissingIsTrue">True when NaN counts as if the comparison held.</param>
/// <param name="Members">The set of <see cref="TreeMode.Member"/>; empty for the others.</param>
internal sealed record TreeBranch(int Feature, TreeMode Mode, double Threshold, int WhenTrue, int WhenFalse, bool MissingIsTrue, double[] Members)
{
    /// <summary>The branch or the complement of the leaf that follows.</summary>
    public int Next(double value)
    {
        bool holds = Mode switch
        {
            TreeMode.LessOrEqual => value <= Threshold,
            TreeMode.Less => value < Threshold,
            TreeMode.GreaterOrEqual => value >= Threshold,
            TreeMode.Greater => value > Threshold,
            TreeMode.Equal => value == Threshold,
            TreeMode.NotEqual => value != Threshold,
            _ => !double.IsNaN(value) && Array.IndexOf(Members, value) >= 0,
        };
        return holds || (MissingIsTrue && double.IsNaN(value)) ? WhenTrue : WhenFalse;
    }
}
