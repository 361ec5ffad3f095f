using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Copies of elements along one axis, from places that a call has found out.</summary>
internal readonly unsafe struct NearestAxis<T>(T* x, T* y, int* from, int count, int input, int output, int inner) : ISharedRange
    where T : unmanaged
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(nint first, nint end)
    {
        for (nint o = first; o < end; o++)
        {
            T* source = x + (o * input * inner);
            T* target = y + (o * output * inner);
            for (int i = 0; i < count; i++)
            {
                if (inner == 1)
                {
                    target[i] = source[from[i]];
                }
                else
                {
                    new ReadOnlySpan<T>(source + ((nint)from[i] * inner), inner).CopyTo(new Span<T>(target + ((nint)i * inner), inner));
                }
            }
        }
    }
}
