using System.Reflection;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Planning;

/// <summary>A kernel call, or the begin or end of a block, whose operands are not placed yet.</summary>
/// <param name="Node">The node it computes.</param>
/// <param name="Kernel">Plan name of the kernel; empty for a block.</param>
/// <param name="Method">Its entry method; null for a block.</param>
/// <param name="Arguments">In the order of the method's parameters.</param>
/// <param name="Macs">Multiply-accumulates.</param>
internal sealed record PendingStep(Node Node, string Kernel, MethodInfo? Method, (string Name, StepValue Value)[] Arguments, long Macs)
{
    /// <summary>What the step begins or ends; a call does neither.</summary>
    public PendingBlock Block { get; init; }

    /// <summary>The place of the size that it counts among all counted ones; -1 where it counts none.</summary>
    public int Count { get; init; } = -1;

    /// <summary>What that size is never greater than; -1 where only memory bounds it.</summary>
    public long Bound { get; init; } = -1;

    /// <summary>What it does where it computes no node; null for one that does.</summary>
    public string? Title { get; init; }

    /// <summary>The nodes that it computes beside <see cref="Node"/>.</summary>
    public IReadOnlyList<Node> Others { get; init; } = [];
}
