using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>Maxima of windows side by side, of any element type.</summary>
internal static unsafe class MaxWindow
{
    /// <summary>Windows of 2 x 2, whose loops would take longer than their elements, where whole vectors hold the channels.</summary>
    /// <param name="x">The first element of the first window.</param>
    /// <param name="y">The results.</param>
    /// <param name="channels">The channels.</param>
    /// <param name="rowStep">The elements from a row to the next.</param>
    /// <param name="columnStep">The elements from a column to the next.</param>
    /// <param name="windows">The number of windows.</param>
    /// <param name="windowStep">The elements from a window to the next.</param>
    /// <returns>Whether they are done.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static bool TwoByTwo<T>(T* x, T* y, nint channels, nint rowStep, nint columnStep, int windows, nint windowStep)
        where T : unmanaged
    {
        if (!Vector128<T>.IsSupported || channels % Vector128<T>.Count != 0)
        {
            return false;
        }

        bool by512 = Avx512BW.IsSupported && channels % Vector512<T>.Count == 0;
        bool by256 = Vector256.IsHardwareAccelerated && channels % Vector256<T>.Count == 0;
        for (; windows > 0; windows--, x += windowStep, y += channels)
        {
            T* below = x + rowStep;
            if (by512)
            {
                for (nint c = 0; c < channels; c += Vector512<T>.Count)
                {
                    Vector512<T> above = Vector512.Max(Vector512.Load(x + c), Vector512.Load(x + c + columnStep));
                    Vector512.Max(above, Vector512.Max(Vector512.Load(below + c), Vector512.Load(below + c + columnStep))).Store(y + c);
                }
            }
            else if (by256)
            {
                for (nint c = 0; c < channels; c += Vector256<T>.Count)
                {
                    Vector256<T> above = Vector256.Max(Vector256.Load(x + c), Vector256.Load(x + c + columnStep));
                    Vector256.Max(above, Vector256.Max(Vector256.Load(below + c), Vector256.Load(below + c + columnStep))).Store(y + c);
                }
            }
            else
            {
                for (nint c = 0; c < channels; c += Vector128<T>.Count)
                {
                    Vector128<T> above = Vector128.Max(Vector128.Load(x + c), Vector128.Load(x + c + columnStep));
                    Vector128.Max(above, Vector128.Max(Vector128.Load(below + c), Vector128.Load(below + c + columnStep))).Store(y + c);
                }
            }
        }

        return true;
    }
}
