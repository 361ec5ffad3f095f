using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>
/// The rows of a transposed convolution's result. The sums of a row come from the lines of the image in their order, whatever other rows are computed.
/// </summary>
internal unsafe struct F32ConvTransposeRows : ISharedRange
{
    /// <summary>The elements of short rows that are started and finished together.</summary>
    private const int CachedElements = 4096;

    /// <summary>The products of a part of a line, which stay in the first-level cache until they are added.</summary>
    private const int CachedProducts = 6144;

    /// <summary>The weights that may be read again for every part.</summary>
    private const int NearWeights = 16 * 1024;

    /// <summary>The pixels of a part at least.</summary>
    private const int LeastPixels = 28;

    /// <summary>The product of a line of the image with the weights of a group.</summary>
    internal F32GemmTask Product;

    /// <summary>The image.</summary>
    internal float* X;

    /// <summary>The packed weights.</summary>
    internal float* W;

    /// <summary>One value per output channel, or null.</summary>
    internal float* Bias;

    /// <summary>A summand, which may be the result, or null.</summary>
    internal float* Residual;

    /// <summary>The result.</summary>
    internal float* Y;

    /// <summary>Memory for the products of a line: that of the calling thread.</summary>
    internal float* Products;

    /// <summary>The rows of the image.</summary>
    internal int InH;

    /// <summary>The columns of the image.</summary>
    internal int InW;

    /// <summary>The channels of the image.</summary>
    internal int InC;

    /// <summary>The columns of the result.</summary>
    internal int OutW;

    /// <summary>The channels of the result.</summary>
    internal int OutC;

    /// <summary>The rows of the kernel.</summary>
    internal int KernelH;

    /// <summary>The columns of the kernel.</summary>
    internal int KernelW;

    /// <summary>The vertical stride.</summary>
    internal int StrideH;

    /// <summary>The horizontal stride.</summary>
    internal int StrideW;

    /// <summary>The rows cut off at the top.</summary>
    internal int PadTop;

    /// <summary>The columns cut off at the left.</summary>
    internal int PadLeft;

    /// <summary>The vertical distance of kernel elements.</summary>
    internal int DilationH;

    /// <summary>The horizontal distance of kernel elements.</summary>
    internal int DilationW;

    /// <summary>The number of groups.</summary>
    internal int Groups;

    /// <summary>The function applied to the result.</summary>
    internal Activation Function;

    /// <summary>Its first parameter.</summary>
    internal float Alpha;

    /// <summary>Its second parameter.</summary>
    internal float Beta;

    /// <summary>Sets every pixel of a result to bias + residual, either of which may be null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Start(float* y, float* bias, float* residual, nint pixels, int channels)
    {
        nint count = pixels * channels;
        if (residual == null)
        {
            Repeat(y, bias, count, channels);
            return;
        }

        if (residual != y)
        {
            Buffer.MemoryCopy(residual, y, count * sizeof(float), count * sizeof(float));
        }

        for (nint pixel = 0; pixel < pixels && bias != null; pixel++)
        {
            Add(bias, y + (pixel * channels), channels);
        }
    }

    /// <inheritdoc/>
    /// <remarks>Rows are started shortly before the first line that reaches them and finished shortly behind the last, while they are in a cache.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run(nint first, nint end)
    {
        float* products = ThreadTeam.Memory(Products, (long)InW * Product.YStride);
        F32GemmTask task = Product;
        int row = (int)first;
        int endRow = (int)end;
        int started = row;
        int finished = row;
        int reach = ((KernelH - 1) * DilationH) + 1;
        int together = Math.Max(1, CachedElements / (OutW * OutC));
        int firstLine = Math.Max(0, (row + PadTop - reach + StrideH) / StrideH);
        for (int line = firstLine; line < InH && (line * StrideH) - PadTop < endRow; line++)
        {
            int top = (line * StrideH) - PadTop;
            int reached = Math.Min(endRow, top + Math.Max(reach, StrideH));
            if (started < reached)
            {
                StartRows(ref started, Math.Min(endRow, Math.Max(reached, started + together)));
            }

            for (int group = 0; group < Groups && Reaches(top, row, endRow); group++)
            {
                AddGroup(&task, line, top, row, endRow, group, products);
            }

            int passed = Math.Min(endRow, top + StrideH);
            if (finished + together <= passed)
            {
                FinishRows(ref finished, passed);
            }
        }

        StartRows(ref started, endRow);
        FinishRows(ref finished, endRow);
    }

    /// <summary>Whether a line reaches one of the rows: with dilation it may reach only those around them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly bool Reaches(int top, int row, int endRow)
    {
        int ky = Math.Max(0, (row - top + DilationH - 1) / DilationH);
        return ky < KernelH && top + (ky * DilationH) < endRow;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void StartRows(ref int started, int end)
    {
        if (started < end)
        {
            nint offset = (nint)started * OutW * OutC;
            Start(Y + offset, Bias, Residual == null ? null : Residual + offset, (nint)(end - started) * OutW, OutC);
            started = end;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void FinishRows(ref int finished, int end)
    {
        if (finished < end)
        {
            nint length = (nint)OutW * OutC;
            ActivationKernels.Apply(Y + (finished * length), (end - finished) * length, Function, Alpha, Beta);
            finished = end;
        }
    }

    /// <summary>Adds the products of a line to the rows from <paramref name="row"/> to <paramref name="endRow"/> that it reaches.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void AddGroup(F32GemmTask* task, int line, int top, int row, int endRow, int group, float* products)
    {
        int depth = InC / Groups;
        int channels = OutC / Groups;
        float* x = X + ((nint)line * InW * InC) + ((nint)group * depth);
        int columns = (int)task->YStride;
        int together = (long)columns * depth <= NearWeights ? Math.Max(LeastPixels, CachedProducts / columns) : InW;
        for (int first = 0; first < InW; first += together)
        {
            int count = Math.Min(together, InW - first);
            Gemm.Run(task, x + ((nint)first * InC), W + ((nint)group * GemmPacking.PackedLength(columns, depth)), products, null, null, count, columns);
            for (int ky = 0; ky < KernelH; ky++)
            {
                int oy = top + (ky * DilationH);
                if (oy >= row && oy < endRow)
                {
                    float* target = Y + ((nint)oy * OutW * OutC) + ((nint)group * channels);
                    AddLine(products + ((nint)ky * KernelW * channels), target, first, count, columns, OutW, OutC, channels, KernelW, StrideW, PadLeft, DilationW);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddLine(
        float* products,
        float* y,
        int first,
        int count,
        nint productStride,
        int outW,
        nint yStride,
        int channels,
        int kernelW,
        int strideW,
        int padLeft,
        int dilationW)
    {
        // The pixels of a window lie beside each other in both, so that they are one run.
        bool isRun = dilationW == 1 && yStride == channels;
        int run = kernelW * channels;
        if (isRun && run == 2 && strideW == kernelW && padLeft == 0 && (long)(first + count) * strideW <= outW)
        {
            AddPairs(products, productStride, y + ((nint)first * strideW * channels), count);
            return;
        }

        for (int ix = first; ix < first + count; ix++)
        {
            int left = (ix * strideW) - padLeft;
            if (isRun && left >= 0 && left + kernelW <= outW)
            {
                Add(products, y + ((nint)left * channels), run);
                products += productStride;
                continue;
            }

            for (int kx = 0; kx < kernelW; kx++)
            {
                int ox = (ix * strideW) + (kx * dilationW) - padLeft;
                if ((uint)ox >= (uint)outW)
                {
                    continue;
                }

                float* product = products + ((nint)kx * channels);
                float* pixel = y + (ox * yStride);
                if (channels == 1)
                {
                    *pixel += *product;
                }
                else
                {
                    Add(product, pixel, channels);
                }
            }

            products += productStride;
        }
    }

    /// <summary>Adds two products to the two elements of each of windows that lie beside each other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddPairs(float* products, nint productStride, float* y, int count)
    {
        int i = 0;
        for (; i + 2 <= count; i += 2, products += 2 * productStride, y += Vector128<float>.Count)
        {
            Vector128<float> pairs = Vector128.Create(*(ulong*)products, *(ulong*)(products + productStride)).AsSingle();
            (Vector128.Load(y) + pairs).Store(y);
        }

        if (i < count)
        {
            y[0] += products[0];
            y[1] += products[1];
        }
    }

    /// <summary>Writes a pixel again and again; null stands for zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Repeat(float* y, float* pixel, nint count, int channels)
    {
        if (pixel == null)
        {
            new Span<float>(y, (int)count).Clear();
            return;
        }

        nint done = Math.Min(count, channels);
        Buffer.MemoryCopy(pixel, y, done * sizeof(float), done * sizeof(float));
        while (done < count)
        {
            nint more = Math.Min(done, count - done) * sizeof(float);
            Buffer.MemoryCopy(y, y + done, more, more);
            done += more / sizeof(float);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(float* x, float* y, int count)
    {
        float* end = x + count;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; end - x >= 16; x += 16, y += 16)
            {
                (Vector512.Load(x) + Vector512.Load(y)).Store(y);
            }
        }

        if (Vector256.IsHardwareAccelerated)
        {
            for (; end - x >= 8; x += 8, y += 8)
            {
                (Vector256.Load(x) + Vector256.Load(y)).Store(y);
            }
        }

        for (; end - x >= 4; x += 4, y += 4)
        {
            (Vector128.Load(x) + Vector128.Load(y)).Store(y);
        }

        for (; x < end; x++, y++)
        {
            *y += *x;
        }
    }
}
