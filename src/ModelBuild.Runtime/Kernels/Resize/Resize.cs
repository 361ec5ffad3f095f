using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Resampling of NHWC tensors (ONNX Resize 19) by tables that <see cref="ResizeTables"/> makes for each axis.</summary>
public static unsafe class Resize
{
    /// <summary>y[n, r, c, :] = x[n, rowIndex[r], columnIndex[c], :].</summary>
    /// <param name="x">The operand [batch, inH, inW, channels].</param>
    /// <param name="rowIndex">[outH], each from 0 to inH - 1.</param>
    /// <param name="columnIndex">[outW], each from 0 to inW - 1.</param>
    /// <param name="y">The result [batch, outH, outW, channels]; must not overlap <paramref name="x"/>.</param>
    /// <param name="batch">The number of images.</param>
    /// <param name="inH">The rows of the operand.</param>
    /// <param name="inW">The columns of the operand.</param>
    /// <param name="channels">The channels.</param>
    /// <param name="outH">The rows of the result.</param>
    /// <param name="outW">The columns of the result.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Nearest<T>(
        ReadOnlySpan<T> x, ReadOnlySpan<int> rowIndex, ReadOnlySpan<int> columnIndex, Span<T> y, int batch, int inH, int inW, int channels, int outH, int outW)
        where T : unmanaged
    {
        Throw.IfShorter(x.Length, (long)batch * inH * inW * channels, nameof(x));
        Throw.IfShorter(y.Length, (long)batch * outH * outW * channels, nameof(y));
        CheckIndices(rowIndex, outH, inH, nameof(rowIndex));
        CheckIndices(columnIndex, outW, inW, nameof(columnIndex));
        fixed (T* px = x)
        fixed (T* py = y)
        {
            fixed (int* rowIndexp = rowIndex, columnIndexp = columnIndex)
            {
                var rows = new NearestRows<T>(px, py, rowIndexp, columnIndexp, inH, inW, channels, outH, outW);
                long work = 2L * batch * outH * outW * channels * sizeof(T);
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
    }

    /// <summary>
    /// y[n, r, c, :] is the weighted sum of taps x taps pixels: 2 for linear, 4 for cubic, more where a filter is widened (antialias). Columns are combined first, in order of the taps, then rows.
    /// </summary>
    /// <param name="x">The operand [batch, inH, inW, channels].</param>
    /// <param name="rowIndex">[outH, taps], each from 0 to inH - 1.</param>
    /// <param name="rowWeight">[outH, taps].</param>
    /// <param name="columnIndex">[outW, taps], each from 0 to inW - 1.</param>
    /// <param name="columnWeight">[outW, taps].</param>
    /// <param name="y">The result [batch, outH, outW, channels]; must not overlap <paramref name="x"/>.</param>
    /// <param name="scratch">[<see cref="ScratchLines"/>, outW, channels].</param>
    /// <param name="batch">The number of images.</param>
    /// <param name="inH">The rows of the operand.</param>
    /// <param name="inW">The columns of the operand.</param>
    /// <param name="channels">The channels.</param>
    /// <param name="outH">The rows of the result.</param>
    /// <param name="outW">The columns of the result.</param>
    /// <param name="taps">The elements combined along each axis.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void InterpolateF32(
        ReadOnlySpan<float> x, ReadOnlySpan<int> rowIndex, ReadOnlySpan<float> rowWeight, ReadOnlySpan<int> columnIndex, ReadOnlySpan<float> columnWeight,
        Span<float> y, Span<float> scratch, int batch, int inH, int inW, int channels, int outH, int outW, int taps)
    {
        Throw.IfShorter(x.Length, (long)batch * inH * inW * channels, nameof(x));
        Throw.IfShorter(y.Length, (long)batch * outH * outW * channels, nameof(y));
        Throw.IfShorter(rowWeight.Length, (long)outH * taps, nameof(rowWeight));
        Throw.IfShorter(columnWeight.Length, (long)outW * taps, nameof(columnWeight));
        Throw.IfShorter(scratch.Length, (long)ScratchLines(taps) * outW * channels, nameof(scratch));
        CheckIndices(rowIndex, outH * taps, inH, nameof(rowIndex));
        CheckIndices(columnIndex, outW * taps, inW, nameof(columnIndex));
        fixed (float* px = x)
        fixed (float* py = y)
        fixed (float* row = scratch)
        {
            fixed (int* rowIndexp = rowIndex, columnIndexp = columnIndex)
            fixed (float* rowWeightp = rowWeight, columnWeightp = columnWeight)
            {
                var rows = new InterpolatedRows
                {
                    X = px,
                    Y = py,
                    RowIndex = rowIndexp,
                    RowWeight = rowWeightp,
                    ColumnIndex = columnIndexp,
                    ColumnWeight = columnWeightp,
                    Scratch = row,
                    InH = inH,
                    InW = inW,
                    Channels = channels,
                    OutH = outH,
                    OutW = outW,
                    Taps = taps,
                };
                long work = 2L * batch * outH * outW * channels * taps * taps;
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
    }

    /// <summary>The lines of the result that <see cref="InterpolateF32"/> keeps.</summary>
    /// <param name="taps">The elements combined along each axis.</param>
    public static int ScratchLines(int taps) => InterpolatedRows.Lines(taps);

    /// <summary>y[:, p, :] = value for each listed position of an axis: where the region of interest leaves the operand (tf_crop_and_resize).</summary>
    /// <param name="y">The result [outer, axis, inner].</param>
    /// <param name="positions">The positions, each from 0 to axis - 1.</param>
    /// <param name="value">One element.</param>
    /// <param name="outer">The elements before the axis.</param>
    /// <param name="axis">The elements of the axis.</param>
    /// <param name="inner">The elements after the axis.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Extrapolate<T>(Span<T> y, ReadOnlySpan<int> positions, ReadOnlySpan<T> value, int outer, int axis, int inner)
        where T : unmanaged
    {
        Throw.IfShorter(y.Length, (long)outer * axis * inner, nameof(y));
        CheckIndices(positions, positions.Length, axis, nameof(positions));
        for (int o = 0; o < outer; o++)
        {
            foreach (int position in positions)
            {
                y.Slice(((o * axis) + position) * inner, inner).Fill(value[0]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CheckIndices(ReadOnlySpan<int> index, int count, int length, string name)
    {
        Throw.IfShorter(index.Length, count, name);
        foreach (int value in index[..count])
        {
            if ((uint)value >= (uint)length)
            {
                Throw.OutOfRange(name, value, $"The index must be from 0 to {length - 1}.");
            }
        }
    }

    /// <summary>The rows of images whose pixels are copies.</summary>
    private readonly struct NearestRows<T>(T* x, T* y, int* rowIndex, int* columnIndex, int inH, int inW, int channels, int outH, int outW) : ISharedRange
        where T : unmanaged
    {
        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(nint first, nint end)
        {
            nint length = (nint)outW * channels;
            T* result = y + (first * length);
            for (nint position = first; position < end; position++, result += length)
            {
                nint r = position % outH;
                if (position > first && r > 0 && rowIndex[r] == rowIndex[r - 1])
                {
                    new ReadOnlySpan<T>(result - length, (int)length).CopyTo(new Span<T>(result, (int)length));
                    continue;
                }

                T* source = x + (((position / outH * inH) + rowIndex[r]) * inW * channels);
                for (int c = 0; c < outW; c++)
                {
                    T* pixel = source + ((nint)columnIndex[c] * channels);
                    if (channels == 1)
                    {
                        result[c] = *pixel;
                    }
                    else
                    {
                        new ReadOnlySpan<T>(pixel, channels).CopyTo(new Span<T>(result + ((nint)c * channels), channels));
                    }
                }
            }
        }
    }
}
