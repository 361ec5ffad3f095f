namespace ModelBuild.Plan;

/// <summary>How the weights blob reaches the program.</summary>
public enum PlanWeights
{
    /// <summary>A resource of the assembly, named <c>ModelBuild.{full class name}.weights</c>.</summary>
    Embedded,

    /// <summary>A file <c>{class name}.weights</c> beside the assembly, memory-mapped.</summary>
    File,

    /// <summary>Given by the caller through <c>PredictorOptions</c>.</summary>
    None,
}
