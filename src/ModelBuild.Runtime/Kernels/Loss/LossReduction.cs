namespace ModelBuild.Kernels;

/// <summary>What becomes of the losses of single positions.</summary>
public enum LossReduction
{
    /// <summary>They are the result.</summary>
    None,

    /// <summary>Their sum.</summary>
    Sum,

    /// <summary>Their sum divided by that of the weights.</summary>
    Mean,
}
