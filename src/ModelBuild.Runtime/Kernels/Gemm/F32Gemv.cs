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
        int together = Avx512F.IsSupported || (Avx2.IsSupported && Fma.IsSupported) ? 4 : 2;
        int count = (n + Width - 1) / Width;
        int done = 0;
        for (int panel = 0; panel < count;)
        {
            // The last ones are computed once more with those before them, not one by one in another order: equal columns have equal sums.
            int panels = count < together ? 1 : together;
            panel = Math.Min(panel, count - panels);
            float* first = b + (panel * panelStride);
            if (Avx512F.IsSupported)
            {
                if (panels > 1)
                {
                    F32GemvAvx512.Panels(a, first, sums, k, panelStride);
                }
                else
                {
                    F32GemvAvx512.Panel(a, first, sums, k);
                }
            }
            else if (Avx2.IsSupported && Fma.IsSupported)
            {
                if (panels > 1)
                {
                    F32GemvAvx2.Panels(a, first, sums, k, panelStride);
                }
                else
                {
                    F32GemvAvx2.Panel(a, first, sums, k);
                }
            }
            else if (panels > 1)
            {
                F32GemvVector128.Panels(a, first, sums, k, panelStride);
            }
            else
            {
                F32GemvVector128.Panel(a, first, sums, k);
            }

            panel += panels;
            int end = Math.Min(panel * Width, n);
            F32GemmDriver.StoreSums(task, sums + (done - ((panel - panels) * Width)), y + done, bias == null ? null : bias + done, residual == null ? null : residual + done, end - done);
            done = end;
        }

        if (task->Activation != Activation.None)
        {
            ActivationKernels.Apply(y, n, task->Activation, task->Alpha, task->Beta);
        }
    }
}
