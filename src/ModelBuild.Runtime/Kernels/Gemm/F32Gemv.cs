using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>
/// The product of one row with packed panels. It reads every weight once, so the cache's bandwidth is its limit: several panels, or several steps of
/// depth, are in flight at a time.
/// </summary>
internal static unsafe class F32Gemv
{
    private const int Width = GemmPacking.PanelWidth;
    private const int MaxPanels = 4;

    /// <summary>Computes one row of a product.</summary>
    /// <inheritdoc cref="F32GemmDriver.Run"/>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(F32GemmTask* task, float* a, float* b, float* y, float* bias, float* residual, int n)
    {
        float* sums = stackalloc float[MaxPanels * Width];
        nint k = task->RunLength;
        nint panelStride = task->PanelStride;
        int column = 0;
        while (column < n)
        {
            float* panel = b + (column / Width * panelStride);
            int panels = 1;
            if (Avx512F.IsSupported)
            {
                if (n - column > 3 * Width)
                {
                    panels = 4;
                    F32GemvAvx512.Panels(a, panel, sums, k, panelStride);
                }
                else
                {
                    F32GemvAvx512.Panel(a, panel, sums, k);
                }
            }
            else if (Avx2.IsSupported && Fma.IsSupported)
            {
                if (n - column > 3 * Width)
                {
                    panels = 4;
                    F32GemvAvx2.Panels(a, panel, sums, k, panelStride);
                }
                else
                {
                    F32GemvAvx2.Panel(a, panel, sums, k);
                }
            }
            else if (n - column > Width)
            {
                panels = 2;
                F32GemvVector128.Panels(a, panel, sums, k, panelStride);
            }
            else
            {
                F32GemvVector128.Panel(a, panel, sums, k);
            }

            int columns = Math.Min(panels * Width, n - column);
            F32GemmDriver.StoreSums(task, sums, y + column, bias == null ? null : bias + column, residual == null ? null : residual + column, columns);
            column += columns;
        }

        if (task->Activation != Activation.None)
        {
            ActivationKernels.Apply(y, n, task->Activation, task->Alpha, task->Beta);
        }
    }
}
