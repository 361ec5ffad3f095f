using System.Collections.Concurrent;
using System.Reflection;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Planning;

/// <summary>Finds the runtime's kernel entries by their plan names, so that a plan can only call what exists.</summary>
public static class KernelCatalog
{
    private static readonly Assembly s_assembly = typeof(Activation).Assembly;
    private static readonly ConcurrentDictionary<string, MethodInfo> s_methods = new(StringComparer.Ordinal);

    /// <summary>The entry method of a kernel, for example <c>Gemm.F32</c>.</summary>
    /// <exception cref="InvalidOperationException">There is none, or more than one: a fault of the operator's lowering.</exception>
    public static MethodInfo Find(string kernel) => s_methods.GetOrAdd(kernel, Resolve);

    private static MethodInfo Resolve(string kernel)
    {
        int dot = kernel.LastIndexOf('.');
        Type? type = dot < 0 ? null : s_assembly.GetType("ModelBuild.Kernels." + kernel[..dot]);
        MethodInfo[] methods = type is null ? [] : [.. type.GetMethods(BindingFlags.Public | BindingFlags.Static).Where(m => m.Name == kernel[(dot + 1)..])];
        return methods.Length switch
        {
            1 => methods[0],
            0 => throw new InvalidOperationException($"There is no kernel '{kernel}'."),
            _ => throw new InvalidOperationException($"Kernel '{kernel}' is ambiguous."),
        };
    }
}
