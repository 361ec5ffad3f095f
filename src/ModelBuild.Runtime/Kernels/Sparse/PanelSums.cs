using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>Stores the sums of a panel of 16 columns.</summary>
internal static unsafe class PanelSums
{
    private const int Width = GemmPacking.PanelWidth;

    /// <summary>Adds bias and residual and clamps. The second pass is the caller's.</summary>
    /// <param name="task">Limits, and the stride of the result.</param>
    /// <param name="sums">The sums, [rows, 16].</param>
    /// <param name="y">The first result.</param>
    /// <param name="bias">One value per column, or null.</param>
    /// <param name="residual">The first summand, or null.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="columns">The columns that there are, 1 to 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Store(F32GemmTask* task, float* sums, float* y, float* bias, float* residual, int rows, int columns)
    {
        nint stride = task->YStride;
        if (!Avx512F.IsSupported)
        {
            for (int row = 0; row < rows; row++)
            {
                F32GemmDriver.StoreSums(task, sums + (row * Width), y + (row * stride), bias, residual == null ? null : residual + (row * stride), columns);
            }

            return;
        }

        Vector512<float> added = bias == null ? Vector512<float>.Zero : MaskedColumns.Load(bias, columns);
        Vector512<float> low = Vector512.Create(task->Min);
        Vector512<float> high = Vector512.Create(task->Max);
        for (int row = 0; row < rows; row++)
        {
            Vector512<float> value = Vector512.Load(sums + (row * Width)) + added;
            if (residual != null)
            {
                value += MaskedColumns.Load(residual + (row * stride), columns);
            }

            MaskedColumns.Store(VectorMath.Clamp(value, low, high), y + (row * stride), columns);
        }
    }
}
