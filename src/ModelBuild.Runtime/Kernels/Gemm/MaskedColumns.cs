using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>The last vector of a row of a tile, of which only the first columns exist.</summary>
internal static unsafe class MaskedColumns
{
    /// <summary>Loads the first <paramref name="columns"/> elements, 1 to 16, and zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<float> Load(float* source, int columns) =>
        columns == Vector512<float>.Count ? Vector512.Load(source) : Avx512F.MaskLoad(source, Mask(columns), Vector512<float>.Zero);

    /// <summary>Stores the first <paramref name="columns"/> elements, 1 to 16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Store(Vector512<float> value, float* target, int columns)
    {
        if (columns == Vector512<float>.Count)
        {
            value.Store(target);
        }
        else
        {
            Avx512F.MaskStore(target, Mask(columns), value);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Mask(int columns) => Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(columns)).AsSingle();
}
