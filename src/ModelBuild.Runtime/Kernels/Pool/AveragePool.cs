using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>Mean over windows of an NHWC tensor (ONNX AveragePool 22, GlobalAveragePool 22).</summary>
public static unsafe class AveragePool
{
    /// <summary>
    /// The mean of each window. Elements are added in row order, the sum is multiplied by the reciprocal of the count. The count is the number of
    /// elements inside of the input, or with <paramref name="countIncludePad"/> inside of the padded input (what ceil_mode reaches beyond the
    /// padding never counts, as from operator set 19 on). A window without elements gives 0.
    /// </summary>
    /// <param name="x">The input [batch, inH, inW, channels].</param>
    /// <param name="y">The result [batch, outH, outW, channels]; must not overlap <paramref name="x"/>.</param>
    /// <param name="batch">The number of images.</param>
    /// <param name="inH">The rows of the input.</param>
    /// <param name="inW">The columns of the input.</param>
    /// <param name="channels">The channels.</param>
    /// <param name="outH">The rows of the result.</param>
    /// <param name="outW">The columns of the result.</param>
    /// <param name="kernelH">The rows of a window.</param>
    /// <param name="kernelW">The columns of a window.</param>
    /// <param name="strideH">The rows from a window to the next.</param>
    /// <param name="strideW">The columns from a window to the next.</param>
    /// <param name="padTop">The rows of padding above.</param>
    /// <param name="padLeft">The columns of padding on the left.</param>
    /// <param name="padBottom">The rows of padding below.</param>
    /// <param name="padRight">The columns of padding on the right.</param>
    /// <param name="dilationH">The rows from an element of a window to the next.</param>
    /// <param name="dilationW">The columns from an element of a window to the next.</param>
    /// <param name="countIncludePad">Whether padding counts as zeros.</param>
    public static void F32(
        ReadOnlySpan<float> x, Span<float> y, int batch, int inH, int inW, int channels, int outH, int outW, int kernelH, int kernelW,
        int strideH, int strideW, int padTop, int padLeft, int padBottom, int padRight, int dilationH, int dilationW, bool countIncludePad)
    {
        Throw.IfShorter(x.Length, (long)batch * inH * inW * channels, nameof(x));
        Throw.IfShorter(y.Length, (long)batch * outH * outW * channels, nameof(y));
        fixed (float* px = x)
        fixed (float* py = y)
        {
            var rows = new Rows
            {
                X = px,
                Y = py,
                InH = inH,
                InW = inW,
                Channels = channels,
                OutH = outH,
                OutW = outW,
                KernelH = kernelH,
                KernelW = kernelW,
                StrideH = strideH,
                StrideW = strideW,
                PadTop = padTop,
                PadLeft = padLeft,
                PadBottom = padBottom,
                PadRight = padRight,
                DilationH = dilationH,
                DilationW = dilationW,
                CountIncludePad = countIncludePad,
            };
            long work = (long)batch * outH * outW * channels * kernelH * kernelW * sizeof(float);
            if (ThreadTeam.For(work) is { } team)
            {
                SharedRange.Run(team, rows, (nint)batch * outH, 1, work);
            }
            else
            {
                rows.Run(0, (nint)batch * outH);
            }
        }
    }

    /// <summary>The mean of each channel over all positions.</summary>
    /// <param name="x">The input [batch, spatial, channels].</param>
    /// <param name="y">The result [batch, channels].</param>
    /// <param name="batch">The number of images.</param>
    /// <param name="spatial">The number of positions, at least 1.</param>
    /// <param name="channels">The channels.</param>
    public static void GlobalF32(ReadOnlySpan<float> x, Span<float> y, int batch, int spatial, int channels) =>
        F32(x, y, batch, 1, spatial, channels, 1, 1, 1, spatial, 1, 1, 0, 0, 0, 0, 1, 1, countIncludePad: false);

    private static float Scale(int count) => count > 0 ? 1f / count : 0f;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Window(float* x, float* y, nint channels, int rows, nint rowStep, int columns, nint columnStep, float scale)
    {
        nint c = 0;
        if (Avx512F.IsSupported)
        {
            for (; c + 64 <= channels; c += 64)
            {
                Vector512<float> s0 = Vector512<float>.Zero;
                Vector512<float> s1 = Vector512<float>.Zero;
                Vector512<float> s2 = Vector512<float>.Zero;
                Vector512<float> s3 = Vector512<float>.Zero;
                for (int r = 0; r < rows; r++)
                {
                    float* element = x + c + (r * rowStep);
                    for (int k = 0; k < columns; k++, element += columnStep)
                    {
                        s0 += Vector512.Load(element);
                        s1 += Vector512.Load(element + 16);
                        s2 += Vector512.Load(element + 32);
                        s3 += Vector512.Load(element + 48);
                    }
                }

                (s0 * scale).Store(y + c);
                (s1 * scale).Store(y + c + 16);
                (s2 * scale).Store(y + c + 32);
                (s3 * scale).Store(y + c + 48);
            }

            for (; c + 16 <= channels; c += 16)
            {
                Vector512<float> sum = Vector512<float>.Zero;
                for (int r = 0; r < rows; r++)
                {
                    float* element = x + c + (r * rowStep);
                    for (int k = 0; k < columns; k++, element += columnStep)
                    {
                        sum += Vector512.Load(element);
                    }
                }

                (sum * scale).Store(y + c);
            }
        }

        if (Vector256.IsHardwareAccelerated)
        {
            for (; c + 8 <= channels; c += 8)
            {
                Vector256<float> sum = Vector256<float>.Zero;
                for (int r = 0; r < rows; r++)
                {
                    float* element = x + c + (r * rowStep);
                    for (int k = 0; k < columns; k++, element += columnStep)
                    {
                        sum += Vector256.Load(element);
                    }
                }

                (sum * scale).Store(y + c);
            }
        }

        for (; c + 4 <= channels; c += 4)
        {
            Vector128<float> sum = Vector128<float>.Zero;
            for (int r = 0; r < rows; r++)
            {
                float* element = x + c + (r * rowStep);
                for (int k = 0; k < columns; k++, element += columnStep)
                {
                    sum += Vector128.Load(element);
                }
            }

            (sum * scale).Store(y + c);
        }

        for (; c < channels; c++)
        {
            float sum = 0f;
            for (int r = 0; r < rows; r++)
            {
                float* element = x + c + (r * rowStep);
                for (int k = 0; k < columns; k++, element += columnStep)
                {
                    sum += *element;
                }
            }

            y[c] = sum * scale;
        }
    }

    /// <summary>The rows of the results.</summary>
    internal struct Rows : ISharedRange
    {
        public float* X;
        public float* Y;
        public int InH;
        public int InW;
        public int Channels;
        public int OutH;
        public int OutW;
        public int KernelH;
        public int KernelW;
        public int StrideH;
        public int StrideW;
        public int PadTop;
        public int PadLeft;
        public int PadBottom;
        public int PadRight;
        public int DilationH;
        public int DilationW;
        public bool CountIncludePad;

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(nint first, nint end)
        {
            float* pixel = Y + (first * OutW * Channels);
            for (nint row = first; row < end; row++)
            {
                int oy = (int)(row % OutH);
                float* image = X + (row / OutH * InH * InW * Channels);
                var rows = new PoolWindow(oy, KernelH, StrideH, PadTop, DilationH, InH);
                int paddedRows = PoolWindow.PaddedCount(oy, KernelH, StrideH, PadTop, PadBottom, DilationH, InH);
                float inside = Scale((CountIncludePad ? paddedRows : rows.Count) * KernelW);
                float* line = image + ((nint)rows.Start * InW * Channels);
                for (int ox = 0; ox < OutW; ox++)
                {
                    int left = (ox * StrideW) - PadLeft;
                    if (left >= 0 && left + (DilationW * (KernelW - 1)) < InW)
                    {
                        Window(line + ((nint)left * Channels), pixel, Channels, rows.Count, (nint)DilationH * InW * Channels, KernelW, (nint)DilationW * Channels, inside);
                        pixel += Channels;
                        continue;
                    }

                    var columns = new PoolWindow(ox, KernelW, StrideW, PadLeft, DilationW, InW);
                    int count = CountIncludePad
                        ? paddedRows * PoolWindow.PaddedCount(ox, KernelW, StrideW, PadLeft, PadRight, DilationW, InW)
                        : rows.Count * columns.Count;
                    float* corner = line + ((nint)columns.Start * Channels);
                    Window(corner, pixel, Channels, rows.Count, (nint)DilationH * InW * Channels, columns.Count, (nint)DilationW * Channels, Scale(count));
                    pixel += Channels;
                }
            }
        }
    }
}
