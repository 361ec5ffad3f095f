using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Plain copies: Identity, Reshape and graph outputs.</summary>
public static class Copy
{
    /// <summary>y[i] = x[i] over the length of <paramref name="y"/>.</summary>
    /// <param name="x">The source, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The target.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged
    {
        Throw.IfShorter(x.Length, y.Length, nameof(x));
        x[..y.Length].CopyTo(y);
    }
}
