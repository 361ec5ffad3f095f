using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Micro-kernels over 8 output channels: a weight is broadcast and multiplied with up to three vectors of pixels.</summary>
internal static unsafe class PlanarConvTile
{
    /// <summary>Three vectors of pixels: 24 accumulators, 3 loads and 8 broadcasts for 24 multiply-adds.</summary>
    /// <param name="x">The first element of the first pixel's window.</param>
    /// <param name="offsets">The places of a window's elements from there.</param>
    /// <param name="taps">Their number.</param>
    /// <param name="w">The weights, [taps][8].</param>
    /// <param name="bias">One value per channel.</param>
    /// <param name="min">The lower bound of the result.</param>
    /// <param name="max">The upper bound.</param>
    /// <param name="tile">Receives the result, [8][pixels].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Triple<TVector, TLanes>(float* x, nint* offsets, int taps, float* w, float* bias, float min, float max, float* tile)
        where TVector : struct
        where TLanes : IFloatLanes<TVector>
    {
        TVector a0 = TLanes.Create(bias[0]);
        TVector a1 = TLanes.Create(bias[1]);
        TVector a2 = TLanes.Create(bias[2]);
        TVector a3 = TLanes.Create(bias[3]);
        TVector a4 = TLanes.Create(bias[4]);
        TVector a5 = TLanes.Create(bias[5]);
        TVector a6 = TLanes.Create(bias[6]);
        TVector a7 = TLanes.Create(bias[7]);
        TVector b0 = a0;
        TVector b1 = a1;
        TVector b2 = a2;
        TVector b3 = a3;
        TVector b4 = a4;
        TVector b5 = a5;
        TVector b6 = a6;
        TVector b7 = a7;
        TVector c0 = a0;
        TVector c1 = a1;
        TVector c2 = a2;
        TVector c3 = a3;
        TVector c4 = a4;
        TVector c5 = a5;
        TVector c6 = a6;
        TVector c7 = a7;
        for (nint* end = offsets + taps; offsets < end; offsets++, w += PlanarConvPacking.ChannelsTogether)
        {
            TVector first = TLanes.Load(x + *offsets);
            TVector second = TLanes.Load(x + *offsets + TLanes.Count);
            TVector third = TLanes.Load(x + *offsets + (2 * TLanes.Count));
            TVector weight = TLanes.Create(w[0]);
            a0 = TLanes.MultiplyAdd(first, weight, a0);
            b0 = TLanes.MultiplyAdd(second, weight, b0);
            c0 = TLanes.MultiplyAdd(third, weight, c0);
            weight = TLanes.Create(w[1]);
            a1 = TLanes.MultiplyAdd(first, weight, a1);
            b1 = TLanes.MultiplyAdd(second, weight, b1);
            c1 = TLanes.MultiplyAdd(third, weight, c1);
            weight = TLanes.Create(w[2]);
            a2 = TLanes.MultiplyAdd(first, weight, a2);
            b2 = TLanes.MultiplyAdd(second, weight, b2);
            c2 = TLanes.MultiplyAdd(third, weight, c2);
            weight = TLanes.Create(w[3]);
            a3 = TLanes.MultiplyAdd(first, weight, a3);
            b3 = TLanes.MultiplyAdd(second, weight, b3);
            c3 = TLanes.MultiplyAdd(third, weight, c3);
            weight = TLanes.Create(w[4]);
            a4 = TLanes.MultiplyAdd(first, weight, a4);
            b4 = TLanes.MultiplyAdd(second, weight, b4);
            c4 = TLanes.MultiplyAdd(third, weight, c4);
            weight = TLanes.Create(w[5]);
            a5 = TLanes.MultiplyAdd(first, weight, a5);
            b5 = TLanes.MultiplyAdd(second, weight, b5);
            c5 = TLanes.MultiplyAdd(third, weight, c5);
            weight = TLanes.Create(w[6]);
            a6 = TLanes.MultiplyAdd(first, weight, a6);
            b6 = TLanes.MultiplyAdd(second, weight, b6);
            c6 = TLanes.MultiplyAdd(third, weight, c6);
            weight = TLanes.Create(w[7]);
            a7 = TLanes.MultiplyAdd(first, weight, a7);
            b7 = TLanes.MultiplyAdd(second, weight, b7);
            c7 = TLanes.MultiplyAdd(third, weight, c7);
        }

        TVector low = TLanes.Create(min);
        TVector high = TLanes.Create(max);
        Store<TVector, TLanes>(a0, b0, low, high, tile);
        TLanes.Store(TLanes.Clamp(c0, low, high), tile + (2 * TLanes.Count));
        Store<TVector, TLanes>(a1, b1, low, high, tile + (3 * TLanes.Count));
        TLanes.Store(TLanes.Clamp(c1, low, high), tile + (5 * TLanes.Count));
        Store<TVector, TLanes>(a2, b2, low, high, tile + (6 * TLanes.Count));
        TLanes.Store(TLanes.Clamp(c2, low, high), tile + (8 * TLanes.Count));
        Store<TVector, TLanes>(a3, b3, low, high, tile + (9 * TLanes.Count));
        TLanes.Store(TLanes.Clamp(c3, low, high), tile + (11 * TLanes.Count));
        Store<TVector, TLanes>(a4, b4, low, high, tile + (12 * TLanes.Count));
        TLanes.Store(TLanes.Clamp(c4, low, high), tile + (14 * TLanes.Count));
        Store<TVector, TLanes>(a5, b5, low, high, tile + (15 * TLanes.Count));
        TLanes.Store(TLanes.Clamp(c5, low, high), tile + (17 * TLanes.Count));
        Store<TVector, TLanes>(a6, b6, low, high, tile + (18 * TLanes.Count));
        TLanes.Store(TLanes.Clamp(c6, low, high), tile + (20 * TLanes.Count));
        Store<TVector, TLanes>(a7, b7, low, high, tile + (21 * TLanes.Count));
        TLanes.Store(TLanes.Clamp(c7, low, high), tile + (23 * TLanes.Count));
    }

    /// <summary>Two vectors of pixels: 16 accumulators, 2 loads and 8 broadcasts for 16 multiply-adds.</summary>
    /// <inheritdoc cref="Triple{TVector, TLanes}"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Pair<TVector, TLanes>(float* x, nint* offsets, int taps, float* w, float* bias, float min, float max, float* tile)
        where TVector : struct
        where TLanes : IFloatLanes<TVector>
    {
        TVector a0 = TLanes.Create(bias[0]);
        TVector a1 = TLanes.Create(bias[1]);
        TVector a2 = TLanes.Create(bias[2]);
        TVector a3 = TLanes.Create(bias[3]);
        TVector a4 = TLanes.Create(bias[4]);
        TVector a5 = TLanes.Create(bias[5]);
        TVector a6 = TLanes.Create(bias[6]);
        TVector a7 = TLanes.Create(bias[7]);
        TVector b0 = a0;
        TVector b1 = a1;
        TVector b2 = a2;
        TVector b3 = a3;
        TVector b4 = a4;
        TVector b5 = a5;
        TVector b6 = a6;
        TVector b7 = a7;
        for (nint* end = offsets + taps; offsets < end; offsets++, w += PlanarConvPacking.ChannelsTogether)
        {
            TVector first = TLanes.Load(x + *offsets);
            TVector second = TLanes.Load(x + *offsets + TLanes.Count);
            TVector weight = TLanes.Create(w[0]);
            a0 = TLanes.MultiplyAdd(first, weight, a0);
            b0 = TLanes.MultiplyAdd(second, weight, b0);
            weight = TLanes.Create(w[1]);
            a1 = TLanes.MultiplyAdd(first, weight, a1);
            b1 = TLanes.MultiplyAdd(second, weight, b1);
            weight = TLanes.Create(w[2]);
            a2 = TLanes.MultiplyAdd(first, weight, a2);
            b2 = TLanes.MultiplyAdd(second, weight, b2);
            weight = TLanes.Create(w[3]);
            a3 = TLanes.MultiplyAdd(first, weight, a3);
            b3 = TLanes.MultiplyAdd(second, weight, b3);
            weight = TLanes.Create(w[4]);
            a4 = TLanes.MultiplyAdd(first, weight, a4);
            b4 = TLanes.MultiplyAdd(second, weight, b4);
            weight = TLanes.Create(w[5]);
            a5 = TLanes.MultiplyAdd(first, weight, a5);
            b5 = TLanes.MultiplyAdd(second, weight, b5);
            weight = TLanes.Create(w[6]);
            a6 = TLanes.MultiplyAdd(first, weight, a6);
            b6 = TLanes.MultiplyAdd(second, weight, b6);
            weight = TLanes.Create(w[7]);
            a7 = TLanes.MultiplyAdd(first, weight, a7);
            b7 = TLanes.MultiplyAdd(second, weight, b7);
        }

        TVector low = TLanes.Create(min);
        TVector high = TLanes.Create(max);
        Store<TVector, TLanes>(a0, b0, low, high, tile);
        Store<TVector, TLanes>(a1, b1, low, high, tile + (2 * TLanes.Count));
        Store<TVector, TLanes>(a2, b2, low, high, tile + (4 * TLanes.Count));
        Store<TVector, TLanes>(a3, b3, low, high, tile + (6 * TLanes.Count));
        Store<TVector, TLanes>(a4, b4, low, high, tile + (8 * TLanes.Count));
        Store<TVector, TLanes>(a5, b5, low, high, tile + (10 * TLanes.Count));
        Store<TVector, TLanes>(a6, b6, low, high, tile + (12 * TLanes.Count));
        Store<TVector, TLanes>(a7, b7, low, high, tile + (14 * TLanes.Count));
    }

    /// <summary>One vector of pixels.</summary>
    /// <inheritdoc cref="Triple{TVector, TLanes}"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Single<TVector, TLanes>(float* x, nint* offsets, int taps, float* w, float* bias, float min, float max, float* tile)
        where TVector : struct
        where TLanes : IFloatLanes<TVector>
    {
        TVector a0 = TLanes.Create(bias[0]);
        TVector a1 = TLanes.Create(bias[1]);
        TVector a2 = TLanes.Create(bias[2]);
        TVector a3 = TLanes.Create(bias[3]);
        TVector a4 = TLanes.Create(bias[4]);
        TVector a5 = TLanes.Create(bias[5]);
        TVector a6 = TLanes.Create(bias[6]);
        TVector a7 = TLanes.Create(bias[7]);
        for (nint* end = offsets + taps; offsets < end; offsets++, w += PlanarConvPacking.ChannelsTogether)
        {
            TVector pixels = TLanes.Load(x + *offsets);
            a0 = TLanes.MultiplyAdd(pixels, TLanes.Create(w[0]), a0);
            a1 = TLanes.MultiplyAdd(pixels, TLanes.Create(w[1]), a1);
            a2 = TLanes.MultiplyAdd(pixels, TLanes.Create(w[2]), a2);
            a3 = TLanes.MultiplyAdd(pixels, TLanes.Create(w[3]), a3);
            a4 = TLanes.MultiplyAdd(pixels, TLanes.Create(w[4]), a4);
            a5 = TLanes.MultiplyAdd(pixels, TLanes.Create(w[5]), a5);
            a6 = TLanes.MultiplyAdd(pixels, TLanes.Create(w[6]), a6);
            a7 = TLanes.MultiplyAdd(pixels, TLanes.Create(w[7]), a7);
        }

        TVector low = TLanes.Create(min);
        TVector high = TLanes.Create(max);
        TLanes.Store(TLanes.Clamp(a0, low, high), tile);
        TLanes.Store(TLanes.Clamp(a1, low, high), tile + TLanes.Count);
        TLanes.Store(TLanes.Clamp(a2, low, high), tile + (2 * TLanes.Count));
        TLanes.Store(TLanes.Clamp(a3, low, high), tile + (3 * TLanes.Count));
        TLanes.Store(TLanes.Clamp(a4, low, high), tile + (4 * TLanes.Count));
        TLanes.Store(TLanes.Clamp(a5, low, high), tile + (5 * TLanes.Count));
        TLanes.Store(TLanes.Clamp(a6, low, high), tile + (6 * TLanes.Count));
        TLanes.Store(TLanes.Clamp(a7, low, high), tile + (7 * TLanes.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TVector, TLanes>(TVector first, TVector second, TVector low, TVector high, float* tile)
        where TVector : struct
        where TLanes : IFloatLanes<TVector>
    {
        TLanes.Store(TLanes.Clamp(first, low, high), tile);
        TLanes.Store(TLanes.Clamp(second, low, high), tile + TLanes.Count);
    }
}
