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
    /// <param name="y">The tile's first result.</param>
    /// <param name="lines">The lines of the result, at most 4.</param>
    /// <param name="columns">The columns of the result, at most 4.</param>
    /// <param name="channels">The channels.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void Tile(WinogradTask* task, float* products, float* bias, float* y, int lines, int columns, int channels)
    {
        int channel = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; channel + FloatLanes.Lanes16.Count <= channels; channel += FloatLanes.Lanes16.Count)
            {
                AllLines<Vector512<float>, FloatLanes.Lanes16>(task, products + channel, bias == null ? null : bias + channel, y + channel, lines, columns);
            }
        }

        if (Vector256.IsHardwareAccelerated)
        {
            for (; channel + FloatLanes.Lanes8.Count <= channels; channel += FloatLanes.Lanes8.Count)
            {
                AllLines<Vector256<float>, FloatLanes.Lanes8>(task, products + channel, bias == null ? null : bias + channel, y + channel, lines, columns);
            }
        }

        for (; channel + FloatLanes.Lanes4.Count <= channels; channel += FloatLanes.Lanes4.Count)
        {
            AllLines<Vector128<float>, FloatLanes.Lanes4>(task, products + channel, bias == null ? null : bias + channel, y + channel, lines, columns);
        }

        for (; channel < channels; channel++)
        {
            AllLines<float, FloatLanes.Lanes1>(task, products + channel, bias == null ? null : bias + channel, y + channel, lines, columns);
        }
    }

    /// <summary>Two halves of the lines, so that what is between the two axes stays in registers. They have no operation in common.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AllLines<TVector, TLanes>(WinogradTask* task, float* products, float* bias, float* y, int lines, int columns)
        where TVector : struct
        where TLanes : IFloatLanes<TVector>
    {
        Half<TVector, TLanes, EvenLines>(task, products, bias, y, lines > 2, columns);
        if (lines > 1)
        {
            Half<TVector, TLanes, OddLines>(task, products, bias, y + ((nint)task->OutW * task->OutC), lines > 3, columns);
        }
    }

    /// <summary>Lines 0 and 2, or 1 and 3. On its own, since a caller that took it in could exceed what the compiler inlines, and would call each operation.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Half<TVector, TLanes, TLines>(WinogradTask* task, float* products, float* bias, float* y, bool hasSecond, int columns)
        where TVector : struct
        where TLanes : IFloatLanes<TVector>
        where TLines : struct, ILines
    {
        nint pointStride = task->ProductPointStride;
        Column<TVector, TLanes, TLines>(products, pointStride, out TVector first0, out TVector second0);
        Column<TVector, TLanes, TLines>(products + pointStride, pointStride, out TVector first1, out TVector second1);
        Column<TVector, TLanes, TLines>(products + (2 * pointStride), pointStride, out TVector first2, out TVector second2);
        Column<TVector, TLanes, TLines>(products + (3 * pointStride), pointStride, out TVector first3, out TVector second3);
        Column<TVector, TLanes, TLines>(products + (4 * pointStride), pointStride, out TVector first4, out TVector second4);
        Column<TVector, TLanes, TLines>(products + (5 * pointStride), pointStride, out TVector first5, out TVector second5);
        TVector start = bias == null ? TLanes.Create(0f) : TLanes.Load(bias);
        Row<TVector, TLanes>(task, first0, first1, first2, first3, first4, first5, TLines.First, start, y, columns);
        if (hasSecond)
        {
            Row<TVector, TLanes>(task, second0, second1, second2, second3, second4, second5, TLines.First + 2, start, y + (2 * (nint)task->OutW * task->OutC), columns);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Column<TVector, TLanes, TLines>(float* products, nint pointStride, out TVector first, out TVector second)
        where TVector : struct
        where TLanes : IFloatLanes<TVector>
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
        WinogradTask* task, TVector m0, TVector m1, TVector m2, TVector m3, TVector m4, TVector m5, int line, TVector bias, float* y, int columns)
        where TVector : struct
        where TLanes : IFloatLanes<TVector>
    {
        TVector even = TLanes.Add(m1, m2);
        TVector outerEven = TLanes.Add(m3, m4);
        TVector odd = TLanes.Subtract(m1, m2);
        TVector outerOdd = TLanes.Subtract(m3, m4);
        TVector r0 = Scale<TVector, TLanes>(TLanes.Add(TLanes.Add(m0, even), outerEven), line, bias);
        TVector r1 = Scale<TVector, TLanes>(TLanes.MultiplyAdd(outerOdd, TLanes.Create(2f), odd), line + 1, bias);
        TVector r2 = Scale<TVector, TLanes>(TLanes.MultiplyAdd(outerEven, TLanes.Create(4f), even), line + 2, bias);
        TVector r3 = Scale<TVector, TLanes>(TLanes.Add(TLanes.MultiplyAdd(outerOdd, TLanes.Create(8f), odd), m5), line + 3, bias);
        TVector low = TLanes.Create(task->Min);
        TVector high = TLanes.Create(task->Max);
        nint step = task->OutC;
        if (task->HasResidual)
        {
            float* residual = y + task->ResidualOffset;
            r0 = TLanes.Add(r0, TLanes.Load(residual));
            r1 = columns > 1 ? TLanes.Add(r1, TLanes.Load(residual + step)) : r1;
            r2 = columns > 2 ? TLanes.Add(r2, TLanes.Load(residual + (2 * step))) : r2;
            r3 = columns > 3 ? TLanes.Add(r3, TLanes.Load(residual + (3 * step))) : r3;
        }

        TLanes.Store(TLanes.Clamp(r0, low, high), y);
        if (columns > 3)
        {
            TLanes.Store(TLanes.Clamp(r1, low, high), y + step);
            TLanes.Store(TLanes.Clamp(r2, low, high), y + (2 * step));
            TLanes.Store(TLanes.Clamp(r3, low, high), y + (3 * step));
            return;
        }

        if (columns > 1)
        {
            TLanes.Store(TLanes.Clamp(r1, low, high), y + step);
        }

        if (columns > 2)
        {
            TLanes.Store(TLanes.Clamp(r2, low, high), y + (2 * step));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Scale<TVector, TLanes>(TVector value, int power, TVector bias)
        where TVector : struct
        where TLanes : IFloatLanes<TVector> => TLanes.MultiplyAdd(value, TLanes.Create(WinogradPoints.Scale(power)), bias);

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
