using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

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

    /// <summary>The bits of each element as an element of another type of the same width (ONNX BitCast 26).</summary>
    /// <param name="x">The source, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The target.</param>
    public static void Bits<TFrom, TTo>(ReadOnlySpan<TFrom> x, Span<TTo> y)
        where TFrom : unmanaged
        where TTo : unmanaged =>
        Run(MemoryMarshal.AsBytes(x), MemoryMarshal.AsBytes(y));
}
