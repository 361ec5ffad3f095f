using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
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
            Store(task, sums, y + column, bias == null ? null : bias + column, residual == null ? null : residual + column, columns);
            column += columns;
        }

        if (task->Activation != Activation.None)
        {
            ActivationKernels.Apply(y, n, task->Activation, task->Alpha, task->Beta);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Store(F32GemmTask* task, float* sums, float* y, float* bias, float* residual, int columns)
    {
        Vector128<float> low = Vector128.Create(task->Min);
        Vector128<float> high = Vector128.Create(task->Max);
        int column = 0;
        for (; column + 4 <= columns; column += 4)
        {
            Vector128<float> value = Vector128.Load(sums + column);
            if (bias != null)
            {
                value += Vector128.Load(bias + column);
            }

            if (residual != null)
            {
                value += Vector128.Load(residual + column);
            }

            if (task->Clamp)
            {
                value = VectorMath.Clamp(value, low, high);
            }

            value.Store(y + column);
        }

        F32GemmDriver.FinishPartial(
            task,
            sums + column,
            y + column,
            bias == null ? null : bias + column,
            residual == null ? null : residual + column,
            columns - column);
    }
}
