namespace ModelBuild.Kernels;

/// <summary>What elements are reduced to.</summary>
public enum Reduction
{
    /// <summary>Their sum.</summary>
    Sum,

    /// <summary>Their sum divided by their number.</summary>
    Mean,

    /// <summary>The largest.</summary>
    Max,

    /// <summary>The smallest.</summary>
    Min,

    /// <summary>Their product.</summary>
    Prod,

    /// <summary>The sum of magnitudes.</summary>
    L1,

    /// <summary>The square root of the sum of squares.</summary>
    L2,

    /// <summary>The sum of squares.</summary>
    SumSquare,

    /// <summary>The logarithm of the sum.</summary>
    LogSum,

    /// <summary>The logarithm of the sum of exponentials.</summary>
    LogSumExp,
}
