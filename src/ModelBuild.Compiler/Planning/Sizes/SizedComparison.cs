using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Verification;

namespace ModelBuild.Compiler.Planning.Sizes;

/// <summary>Tells whether two plans for the same sizes compute the same.</summary>
internal static class SizedComparison
{
    /// <summary>Other kernels add in another order: the largest difference, relative to the largest element, that rounding explains in single precision.</summary>
    private const double Tolerance = 1e-4;

    /// <summary>Runs both on the same inputs.</summary>
    public static bool Agree(CompiledModel one, CompiledModel other, Graph graph, CancellationToken cancellation)
    {
        using PlanInterpreter first = new(one) { IsTrial = true };
        using PlanInterpreter second = new(other) { IsTrial = true };
        IReadOnlyList<Tensor> inputs = SeededInputs.Make(graph, 1)[0];
        return first.Run(inputs, cancellation).Zip(second.Run(inputs, cancellation), (a, b) => OutputError.Measure("", [(a, b)])).All(e => e.MaxRelative <= Tolerance);
    }
}
