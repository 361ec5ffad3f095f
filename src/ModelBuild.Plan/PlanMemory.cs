namespace ModelBuild.Plan;

/// <summary>Where an operand of a plan step lives.</summary>
public enum PlanMemory
{
    /// <summary>The caller's input span with the index <see cref="PlanOperand.Index"/>.</summary>
    Input,

    /// <summary>The caller's output span with the index <see cref="PlanOperand.Index"/>.</summary>
    Output,

    /// <summary>The predictor's scratch block, at <see cref="PlanOperand.Offset"/>.</summary>
    Arena,

    /// <summary>The weights blob, at <see cref="PlanOperand.Offset"/>.</summary>
    Weights,

    /// <summary>The buffer with the index <see cref="PlanOperand.Index"/> of a plan whose sizes are given with the call.</summary>
    Buffer,
}
