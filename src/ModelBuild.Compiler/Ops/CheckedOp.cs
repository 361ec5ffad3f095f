using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops;

/// <summary>An operator whose number of inputs is checked before anything else, and whose evaluation fails with diagnostics only.</summary>
public abstract class CheckedOp : Op
{
    /// <summary>Number of inputs that must be given.</summary>
    private protected abstract int MinInputs { get; }

    /// <summary>Number of inputs that may be given.</summary>
    private protected virtual int MaxInputs => MinInputs;

    /// <summary>True when bfloat16 inputs are to be widened to binary32 before <see cref="Compute"/> and binary32 results narrowed after it.</summary>
    private protected virtual bool WidensBFloat16 => false;

    /// <inheritdoc/>
    public sealed override void InferTypes(InferenceContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.CheckArity(MinInputs, MaxInputs);
        Infer(context);
    }

    /// <inheritdoc/>
    /// <exception cref="ModelBuildException">The inputs contradict the operator's definition, or the result is larger than <see cref="Results.MaxBytes"/>.</exception>
    public sealed override Tensor[] Evaluate(EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.InputCount < MinInputs || context.InputCount > MaxInputs)
        {
            throw NodeErrors.Invalid(context.Node, $"has {context.InputCount} inputs; {MinInputs} to {MaxInputs} are allowed.");
        }

        for (int i = 0; i < MinInputs; i++)
        {
            _ = context.Input(i);
        }

        try
        {
            return WidensBFloat16 ? BFloat16.Evaluate(context, Compute) : Compute(context);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or ArithmeticException or IndexOutOfRangeException)
        {
            // Tensor and span accesses throw these for element types and sizes that inference refuses; evaluation may be asked without it.
            throw NodeErrors.Invalid(context.Node, $"cannot be computed from its inputs: {e.Message}");
        }
    }

    /// <summary><see cref="InferTypes"/> once the number of inputs is known to be right.</summary>
    private protected abstract void Infer(InferenceContext context);

    /// <summary><see cref="Evaluate"/> once the needed inputs are known to be there.</summary>
    private protected abstract Tensor[] Compute(EvaluationContext context);
}
