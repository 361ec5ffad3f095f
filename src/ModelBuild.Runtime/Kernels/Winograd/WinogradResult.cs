using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>The transform of the products: the 36 points of a tile to its 4x4 results, with bias, residual and limits.</summary>
internal static unsafe class WinogradResult
{
    /// <summary>Transforms some output channels of one tile, of which <paramref name="lines"/> and <paramref name="columns"/> of its results exist.</summary>
    /// <param name="task">What all tiles share.</param>
    /// <param name="products">The tile's products, [point][channel].</param>
    /// <param name="bias">The channels' bias, or null.</param>
    /// <param name="residual">The tile's first summand, or null.</param>
    /// <param name="y">The tile's first result.</param>
    /// <param name="lines">The lines of the result, at most 4.</param>
    /// <param name="columns">The columns of the result, at most 4.</param>
    /// <param name="channels">The channels.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Tile(WinogradTask* task, float* products, float* bias, float* residual, float* y, int lines, int columns, int channels)
    {
        int channel = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            channel = Channels<Vector512<float>, WinogradLanes.Lanes16>(task, products, bias, residual, y, lines, columns, channel, channels);
        }

        if (Vector256.IsHardwareAccelerated && channels - channel >= WinogradLanes.Lanes8.Count)
        {
            channel = Channels<Vector256<float>, WinogradLanes.Lanes8>(task, products, bias, residual, y, lines, columns, channel, channels);
        }

        if (channels - channel >= WinogradLanes.Lanes4.Count)
        {
            channel = Channels<Vector128<float>, WinogradLanes.Lanes4>(task, products, bias, residual, y, lines, columns, channel, channels);
        }

        if (channel < channels)
        {
            Channels<float, WinogradLanes.Lanes1>(task, products, bias, residual, y, lines, columns, channel, channels);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Channels<TVector, TLanes>(
        WinogradTask* task, float* products, float* bias, float* residual, float* y, int lines, int columns, int channel, int channels)
        where TVector : struct
        where TLanes : IWinogradLanes<TVector>
    {
        nint pointStride = task->ProductPointStride;
        nint step = task->OutC;
        nint lineStride = task->OutW * step;
        for (; channel + TLanes.Count <= channels; channel += TLanes.Count)
        {
            float* target = y + channel;
            float* summand = residual == null ? null : residual + channel;
            TVector start = bias == null ? TLanes.Create(0f) : TLanes.Load(bias + channel);
            Half<TVector, TLanes, EvenLines>(task, products + channel, pointStride, start, summand, target, lineStride, step, lines, columns);
            if (lines > 1)
            {
                Half<TVector, TLanes, OddLines>(
                    task, products + channel, pointStride, start, summand == null ? null : summand + lineStride, target + lineStride, lineStride, step, lines - 1, columns);
            }
        }

        return channel;
    }

    /// <summary>Lines 0 and 2, or 1 and 3, so that what is between the two axes stays in registers. The halves have no operation in common.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Half<TVector, TLanes, TLines>(
        WinogradTask* task, float* products, nint pointStride, TVector bias, float* residual, float* y, nint lineStride, nint step, int lines, int columns)
        where TVector : struct
        where TLanes : IWinogradLanes<TVector>
        where TLines : struct, ILines
    {
        Column<TVector, TLanes, TLines>(products, pointStride, out TVector first0, out TVector second0);
        Column<TVector, TLanes, TLines>(products + pointStride, pointStride, out TVector first1, out TVector second1);
        Column<TVector, TLanes, TLines>(products + (2 * pointStride), pointStride, out TVector first2, out TVector second2);
        Column<TVector, TLanes, TLines>(products + (3 * pointStride), pointStride, out TVector first3, out TVector second3);
        Column<TVector, TLanes, TLines>(products + (4 * pointStride), pointStride, out TVector first4, out TVector second4);
        Column<TVector, TLanes, TLines>(products + (5 * pointStride), pointStride, out TVector first5, out TVector second5);
        TVector low = TLanes.Create(task->Min);
        TVector high = TLanes.Create(task->Max);
        Row<TVector, TLanes>(first0, first1, first2, first3, first4, first5, TLines.First, bias, low, high, residual, y, step, columns);
        if (lines > 2)
        {
            Row<TVector, TLanes>(
                second0, second1, second2, second3, second4, second5, TLines.First + 2, bias, low, high, residual == null ? null : residual + (2 * lineStride), y + (2 * lineStride), step, columns);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Column<TVector, TLanes, TLines>(float* products, nint pointStride, out TVector first, out TVector second)
        where TVector : struct
        where TLanes : IWinogradLanes<TVector>
        where TLines : struct, ILines
    {
        nint line = WinogradPoints.Points * pointStride;
        TVector plus = TLanes.Load(products + line);
        TVector minus = TLanes.Load(products + (2 * line));
        TVector outerPlus = TLanes.Load(products + (3 * line));
        TVector outerMinus = TLanes.Load(products + (4 * line));
        if (TLines.First == 0)
        {
            TVector inner = TLanes.Add(plus, minus);
            TVector outer = TLanes.Add(outerPlus, outerMinus);
            first = TLanes.Add(TLanes.Add(TLanes.Load(products), inner), outer);
            second = TLanes.MultiplyAdd(outer, TLanes.Create(4f), inner);
        }
        else
        {
            TVector inner = TLanes.Subtract(plus, minus);
            TVector outer = TLanes.Subtract(outerPlus, outerMinus);
            first = TLanes.MultiplyAdd(outer, TLanes.Create(2f), inner);
            second = TLanes.Add(TLanes.MultiplyAdd(outer, TLanes.Create(8f), inner), TLanes.Load(products + (5 * line)));
        }
    }

    /// <summary>The four results of a line. Powers of the ratio of the points are here, those of the inner point in <see cref="WinogradPoints.Scale"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row<TVector, TLanes>(
        TVector m0, TVector m1, TVector m2, TVector m3, TVector m4, TVector m5, int line, TVector bias, TVector low, TVector high, float* residual, float* y, nint step, int columns)
        where TVector : struct
        where TLanes : IWinogradLanes<TVector>
    {
        TVector even = TLanes.Add(m1, m2);
        TVector outerEven = TLanes.Add(m3, m4);
        TVector odd = TLanes.Subtract(m1, m2);
        TVector outerOdd = TLanes.Subtract(m3, m4);
        Store<TVector, TLanes>(TLanes.Add(TLanes.Add(m0, even), outerEven), line, bias, low, high, residual, y);
        if (columns > 1)
        {
            Store<TVector, TLanes>(TLanes.MultiplyAdd(outerOdd, TLanes.Create(2f), odd), line + 1, bias, low, high, residual == null ? null : residual + step, y + step);
        }

        if (columns > 2)
        {
            Store<TVector, TLanes>(TLanes.MultiplyAdd(outerEven, TLanes.Create(4f), even), line + 2, bias, low, high, residual == null ? null : residual + (2 * step), y + (2 * step));
        }

        if (columns > 3)
        {
            TVector last = TLanes.Add(TLanes.MultiplyAdd(outerOdd, TLanes.Create(8f), odd), m5);
            Store<TVector, TLanes>(last, line + 3, bias, low, high, residual == null ? null : residual + (3 * step), y + (3 * step));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TVector, TLanes>(TVector value, int power, TVector bias, TVector low, TVector high, float* residual, float* y)
        where TVector : struct
        where TLanes : IWinogradLanes<TVector>
    {
        value = TLanes.MultiplyAdd(value, TLanes.Create(WinogradPoints.Scale(power)), bias);
        if (residual != null)
        {
            value = TLanes.Add(value, TLanes.Load(residual));
        }

        TLanes.Store(TLanes.Clamp(value, low, high), y);
    }

    private interface ILines
    {
        /// <summary>Gets the first of the two lines.</summary>
        static abstract int First { get; }
    }

    private readonly struct EvenLines : ILines
    {
        public static int First => 0;
    }

    private readonly struct OddLines : ILines
    {
        public static int First => 1;
    }
}
