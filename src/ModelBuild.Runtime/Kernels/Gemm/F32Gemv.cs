using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>
/// The product of one row with packed panels. It reads every weight once, so the cache's bandwidth is its limit: several steps of depth, or where registers are narrow several panels, are in flight
/// at a time. With 512 bits one panel after the other is one stream of lines, which the processor foresees better than four.
/// </summary>
internal static unsafe class F32Gemv
{
    private const int Width = GemmPacking.PanelWidth;
    private const int MaxPanels = 4;

    // A quarter of the second level of the cache of a server core: so many weights do not stay there from a call to the next, beside those of other layers.
    private const long FarBytes = 1 << 18;

    // With fewer columns looking for zeros takes as long as the product; a longer row does not fit the stack beside its places.
    private const int LeastColumnsOfZeros = 64;
    private const int MostElementsOfZeros = 2048;

    /// <summary>Gets the panels that are computed together: parts of a row begin at multiples of it.</summary>
    internal static int Together => Avx512F.IsSupported ? 1 : Avx2.IsSupported && Fma.IsSupported ? 4 : 2;

    /// <summary>Computes one row of a product.</summary>
    /// <inheritdoc cref="F32GemmDriver.Run"/>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(F32GemmTask* task, float* a, float* b, float* y, float* bias, float* residual, int n)
    {
        Unsafe.SkipInit(out F32GemmProduct product);
        product.Task = task;
        product.A = a;
        product.B = b;
        product.Y = y;
        product.Bias = bias;
        product.Residual = residual;
        product.M = 1;
        product.N = n;
        product.NonZeros = -1;
        int k = (int)task->RunLength;
        bool seeksZeros = Avx512F.IsSupported && task->LeavesZerosOut && n >= LeastColumnsOfZeros && k <= MostElementsOfZeros;
        float* values = stackalloc float[seeksZeros ? k + Width : 0];
        int* places = stackalloc int[seeksZeros ? k + Width : 0];
        if (seeksZeros && F32GemvAvx512.NonZeros(a, k, values, places) is int nonZeros && nonZeros <= k - (k / 4))
        {
            product.NonZeros = nonZeros;
            product.A = values;
            product.Places = places;
        }

        int count = (n + Width - 1) / Width;
        long work = (long)n * task->RunLength * sizeof(float);
        if (ThreadTeam.For(work) is { } team)
        {
            product.ShareRow(team, work, (count + Together - 1) / Together);
        }
        else
        {
            Part(&product, 0, count);
        }

        if (task->Activation != Activation.None)
        {
            ActivationKernels.Apply(y, n, task->Activation, task->Alpha, task->Beta);
        }
    }

    /// <summary>Computes some panels.</summary>
    /// <param name="product">The product.</param>
    /// <param name="firstPanel">The first panel, a multiple of <see cref="Together"/>.</param>
    /// <param name="count">The end of the panels: another, or that of all.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Part(F32GemmProduct* product, int firstPanel, int count)
    {
        F32GemmTask* task = product->Task;
        float* a = product->A;
        float* b = product->B;
        float* y = product->Y;
        float* bias = product->Bias;
        float* residual = product->Residual;
        int n = product->N;
        nint k = task->RunLength;
        nint panelStride = task->PanelStride;
        int done = firstPanel * Width;
        if (Avx512F.IsSupported)
        {
            b += firstPanel * panelStride;
            y += done;
            bias = bias == null ? null : bias + done;
            residual = residual == null ? null : residual + done;
            int columns = Math.Min(count * Width, n) - done;
            if (product->NonZeros >= 0)
            {
                F32GemvAvx512.Chosen(task, a, product->Places, product->NonZeros, b, y, bias, residual, columns);
                return;
            }

            bool isFar = (long)n * k * sizeof(float) >= FarBytes;
            F32GemvAvx512.Panels(task, a, b, y, bias, residual, columns, isFar);
            return;
        }

        float* sums = stackalloc float[MaxPanels * Width];
        int together = Together;
        for (int panel = firstPanel; panel < count;)
        {
            // The last ones are computed once more with those before them, not one by one in another order: equal columns have equal sums.
            int panels = count < together ? 1 : together;
            panel = Math.Min(panel, count - panels);
            float* first = b + (panel * panelStride);
            if (Avx2.IsSupported && Fma.IsSupported)
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
    }
}
