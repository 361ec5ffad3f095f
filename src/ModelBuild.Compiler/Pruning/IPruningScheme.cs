using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Pruning;

/// <summary>A way to remove weights. Its name is what <c>Prune="name:argument"</c> or <c>Prune="name"</c> says.</summary>
public interface IPruningScheme
{
    /// <summary>The metadata value before the colon, or all of it where there is no argument.</summary>
    string Name { get; }

    /// <summary>Checks the argument after the colon; null when it is right, else what is wrong and what to write.</summary>
    string? Check(string argument);

    /// <summary>Prunes an optimised graph of standard operators in place; the result is standard ONNX again.</summary>
    /// <param name="argument">The checked argument.</param>
    /// <param name="context">What to leave alone, and calibration data.</param>
    /// <returns>Warnings, for example that nothing was pruned.</returns>
    /// <exception cref="ModelBuildException">The graph cannot be pruned (MDB5001).</exception>
    IReadOnlyList<Diagnostic> Apply(Graph graph, string argument, PruningContext context, CancellationToken cancellation);
}
