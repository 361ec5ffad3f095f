using System.Reflection;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Planning;

/// <summary>A kernel call whose operands are not placed yet.</summary>
/// <param name="Node">The node it computes.</param>
/// <param name="Kernel">Plan name of the kernel.</param>
/// <param name="Method">Its entry method.</param>
/// <param name="Arguments">In the order of the method's parameters.</param>
/// <param name="Macs">Multiply-accumulates.</param>
internal sealed record PendingStep(Node Node, string Kernel, MethodInfo Method, (string Name, StepValue Value)[] Arguments, long Macs);
