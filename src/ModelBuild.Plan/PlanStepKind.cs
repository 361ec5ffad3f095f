namespace ModelBuild.Plan;

/// <summary>What a plan step does.</summary>
public enum PlanStepKind
{
    /// <summary>Calls a kernel.</summary>
    Call,

    /// <summary>Repeats its body.</summary>
    Loop,

    /// <summary>Runs one of two lists of steps.</summary>
    If,
}
