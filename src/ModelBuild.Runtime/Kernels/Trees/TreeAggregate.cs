namespace ModelBuild.Kernels;

/// <summary>How the values that the trees give to one target are joined.</summary>
public enum TreeAggregate
{
    /// <summary>Their sum.</summary>
    Sum,

    /// <summary>Their sum over the number of trees.</summary>
    Average,

    /// <summary>The least.</summary>
    Min,

    /// <summary>The largest.</summary>
    Max,
}
