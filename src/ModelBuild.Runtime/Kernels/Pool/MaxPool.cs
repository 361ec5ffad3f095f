using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>Maximum over windows of an NHWC tensor (ONNX MaxPool 22, GlobalMaxPool 22).</summary>
public static unsafe class MaxPool
{
    /// <summary>
    /// The maximum of each window. Padding takes no part. A window without any element inside of the input gives the smallest value (negative
    /// infinity for floating point). NaN in a window gives NaN.
    /// </summary>
    /// <param name="x">The input [batch, inH, inW, channels].</param>
    /// <param name="y">The result [batch, outH, outW, channels]; must not overlap <paramref name="x"/>.</param>
    /// <param name="batch">The number of images.</param>
    /// <param name="inH">The rows of the input.</param>
    /// <param name="inW">The columns of the input.</param>
    /// <param name="channels">The channels.</param>
    /// <param name="outH">The rows of the result; windows may reach past the bottom padding (ceil_mode).</param>
    /// <param name="outW">The columns of the result.</param>
    /// <param name="kernelH">The rows of a window.</param>
    /// <param name="kernelW">The columns of a window.</param>
    /// <param name="strideH">The rows from a window to the next.</param>
    /// <param name="strideW">The columns from a window to the next.</param>
    /// <param name="padTop">The rows of padding above.</param>
    /// <param name="padLeft">The columns of padding on the left.</param>
    /// <param name="dilationH">The rows from an element of a window to the next.</param>
    /// <param name="dilationW">The columns from an element of a window to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<T>(
        ReadOnlySpan<T> x, Span<T> y, int batch, int inH, int inW, int channels, int outH, int outW, int kernelH, int kernelW,
        int strideH, int strideW, int padTop, int padLeft, int dilationH, int dilationW)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        Throw.IfShorter(x.Length, (long)batch * inH * inW * channels, nameof(x));
        Throw.IfShorter(y.Length, (long)batch * outH * outW * channels, nameof(y));
        fixed (T* px = x)
        fixed (T* py = y)
        {
            var rows = new Rows<T>
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
                DilationH = dilationH,
                DilationW = dilationW,
            };
            long work = (long)batch * outH * outW * channels * kernelH * kernelW * sizeof(T);
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

    /// <summary>The maximum of each channel over all positions.</summary>
    /// <param name="x">The input [batch, spatial, channels].</param>
    /// <param name="y">The result [batch, channels].</param>
    /// <param name="batch">The number of images.</param>
    /// <param name="spatial">The number of positions, at least 1.</param>
    /// <param name="channels">The channels.</param>
    public static void Global<T>(ReadOnlySpan<T> x, Span<T> y, int batch, int spatial, int channels)
        where T : unmanaged, INumber<T>, IMinMaxValue<T> =>
        Run(x, y, batch, 1, spatial, channels, 1, 1, 1, spatial, 1, 1, 0, 0, 1, 1);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Window<T>(T* x, T* y, nint channels, int rows, nint rowStep, int columns, nint columnStep, T lowest)
        where T : unmanaged, INumber<T>
    {
        nint c = 0;
        if (Vector128<T>.IsSupported)
        {
            if (Avx512F.IsSupported)
            {
                for (; c + Vector512<T>.Count <= channels; c += Vector512<T>.Count)
                {
                    Vector512<T> max = Vector512.Create(lowest);
                    for (int r = 0; r < rows; r++)
                    {
                        T* element = x + c + (r * rowStep);
                        for (int k = 0; k < columns; k++, element += columnStep)
                        {
                            max = Vector512.Max(max, Vector512.Load(element));
                        }
                    }

                    max.Store(y + c);
                }
            }

            if (Vector256.IsHardwareAccelerated)
            {
                for (; c + Vector256<T>.Count <= channels; c += Vector256<T>.Count)
                {
                    Vector256<T> max = Vector256.Create(lowest);
                    for (int r = 0; r < rows; r++)
                    {
                        T* element = x + c + (r * rowStep);
                        for (int k = 0; k < columns; k++, element += columnStep)
                        {
                            max = Vector256.Max(max, Vector256.Load(element));
                        }
                    }

                    max.Store(y + c);
                }
            }

            for (; c + Vector128<T>.Count <= channels; c += Vector128<T>.Count)
            {
                Block16(x + c, y + c, rows, rowStep, columns, columnStep, lowest);
            }

            if (c == channels)
            {
                return;
            }

            // The rest is one block that is shifted back over what is done, or two narrow ones that overlap.
            nint bytes = channels * sizeof(T);
            if (bytes >= Vector128<byte>.Count)
            {
                c = channels - Vector128<T>.Count;
                Block16(x + c, y + c, rows, rowStep, columns, columnStep, lowest);
                return;
            }

            if (bytes >= sizeof(ulong))
            {
                c = channels - (sizeof(ulong) / sizeof(T));
                Narrow<T, ulong>(x, y, rows, rowStep, columns, columnStep, lowest);
                if (c > 0)
                {
                    Narrow<T, ulong>(x + c, y + c, rows, rowStep, columns, columnStep, lowest);
                }

                return;
            }

            if (bytes >= sizeof(uint))
            {
                c = channels - (sizeof(uint) / sizeof(T));
                Narrow<T, uint>(x, y, rows, rowStep, columns, columnStep, lowest);
                if (c > 0)
                {
                    Narrow<T, uint>(x + c, y + c, rows, rowStep, columns, columnStep, lowest);
                }

                return;
            }
        }

        for (; c < channels; c++)
        {
            T max = lowest;
            for (int r = 0; r < rows; r++)
            {
                T* element = x + c + (r * rowStep);
                for (int k = 0; k < columns; k++, element += columnStep)
                {
                    max = T.Max(max, *element);
                }
            }

            y[c] = max;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Block16<T>(T* x, T* y, int rows, nint rowStep, int columns, nint columnStep, T lowest)
        where T : unmanaged
    {
        Vector128<T> max = Vector128.Create(lowest);
        for (int r = 0; r < rows; r++)
        {
            T* element = x + (r * rowStep);
            for (int k = 0; k < columns; k++, element += columnStep)
            {
                max = Vector128.Max(max, Vector128.Load(element));
            }
        }

        max.Store(y);
    }

    /// <summary>As many elements as an integer of type <typeparamref name="TBits"/> holds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Narrow<T, TBits>(T* x, T* y, int rows, nint rowStep, int columns, nint columnStep, T lowest)
        where T : unmanaged
        where TBits : unmanaged
    {
        Vector128<T> max = Vector128.Create(lowest);
        for (int r = 0; r < rows; r++)
        {
            T* element = x + (r * rowStep);
            for (int k = 0; k < columns; k++, element += columnStep)
            {
                max = Vector128.Max(max, Vector128.As<TBits, T>(Vector128.CreateScalar(Unsafe.ReadUnaligned<TBits>(element))));
            }
        }

        Unsafe.WriteUnaligned(y, Vector128.As<T, TBits>(max).ToScalar());
    }

    /// <summary>The rows of the results.</summary>
    internal struct Rows<T> : ISharedRange
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        public T* X;
        public T* Y;
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
        public int DilationH;
        public int DilationW;

        /// <summary>How many windows of two columns, of which the first starts at the left edge, lie inside of a row.</summary>
        private readonly int WholePairs => Math.Min(OutW, InW > DilationW ? ((InW - DilationW - 1) / StrideW) + 1 : 0);

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(nint first, nint end)
        {
            T lowest = ElementMath.Lowest<T>();
            T* pixel = Y + (first * OutW * Channels);
            bool lines = typeof(T) == typeof(float) && F32MaxLines.Pays(InW, OutW, KernelH, KernelW, Channels);
            for (nint row = first; row < end; row++)
            {
                T* image = X + (row / OutH * InH * InW * Channels);
                var rows = new PoolWindow((int)(row % OutH), KernelH, StrideH, PadTop, DilationH, InH);
                if (typeof(T) == typeof(float) && rows.Count > 0)
                {
                    Row(image + ((nint)rows.Start * InW * Channels), pixel, rows.Count, lines);
                    pixel += (nint)OutW * Channels;
                    continue;
                }

                int done = 0;
                if (rows.Count == 2 && KernelW == 2 && PadLeft == 0)
                {
                    int whole = WholePairs;
                    nint step = (nint)DilationW * Channels;
                    done = MaxWindow.TwoByTwo(image + ((nint)rows.Start * InW * Channels), pixel, Channels, (nint)DilationH * InW * Channels, step, whole, (nint)StrideW * Channels) ? whole : 0;
                    pixel += (nint)done * Channels;
                }

                for (int ox = done; ox < OutW; ox++)
                {
                    var columns = new PoolWindow(ox, KernelW, StrideW, PadLeft, DilationW, InW);
                    T* corner = image + ((((nint)rows.Start * InW) + columns.Start) * Channels);
                    Window(corner, pixel, Channels, rows.Count, (nint)DilationH * InW * Channels, columns.Count, (nint)DilationW * Channels, lowest);
                    pixel += Channels;
                }
            }
        }

        /// <summary>One row of results of binary32.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Row(T* x, T* y, int rows, bool lines)
        {
            nint rowStep = (nint)DilationH * InW * Channels;
            nint columnStep = (nint)DilationW * Channels;
            if (lines && F32MaxLines.Run((float*)x, (float*)y, rows, rowStep, Unsafe.As<Rows<T>, Rows<float>>(ref Unsafe.AsRef(in this))))
            {
                return;
            }

            int first = 0;
            if (rows == 2 && KernelW == 2 && PadLeft == 0)
            {
                int whole = WholePairs;
                first = F32MaxWindow.TwoByTwo((float*)x, (float*)y, Channels, rowStep, columnStep, whole, (nint)StrideW * Channels) ? whole : 0;
                y += (nint)first * Channels;
            }

            for (int ox = first; ox < OutW; ox++, y += Channels)
            {
                int left = (ox * StrideW) - PadLeft;
                if (left >= 0 && left + (DilationW * (KernelW - 1)) < InW)
                {
                    F32MaxWindow.Run((float*)(x + ((nint)left * Channels)), (float*)y, Channels, rows, rowStep, KernelW, columnStep);
                    continue;
                }

                var columns = new PoolWindow(ox, KernelW, StrideW, PadLeft, DilationW, InW);
                if (columns.Count > 0)
                {
                    F32MaxWindow.Run((float*)(x + ((nint)columns.Start * Channels)), (float*)y, Channels, rows, rowStep, columns.Count, columnStep);
                }
                else
                {
                    new Span<T>(y, Channels).Fill(ElementMath.Lowest<T>());
                }
            }
        }
    }
}
