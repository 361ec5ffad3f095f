using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>
/// The inner loop of a 2:4 product: some rows by the groups of one panel. Four factors of a row are spread over the lanes, and each lane takes the one of its weight. The loop waits for the weights,
/// of which it reads half as many as a dense product.
/// </summary>
internal static unsafe class TwoOfFourTile
{
    /// <summary>The most rows of a tile with 32 registers.</summary>
    internal const int MostRows = 8;

    /// <summary>The most rows of a tile with 16 registers.</summary>
    internal const int MostRowsOf16 = 4;

    private const int Width = TwoOfFourPacking.Width;
    private const int GroupValues = TwoOfFourPacking.Kept * Width;
    private const int GroupRows = TwoOfFourPacking.GroupRows;

    /// <summary>Elements from a weight to the one that is asked for: 2 KB, half a page.</summary>
    private const int Ahead = 512;

    /// <summary>Adds the products of some rows and some groups to the sums of a panel.</summary>
    /// <param name="x">The first row.</param>
    /// <param name="stride">From a row to the next.</param>
    /// <param name="values">The vectors of the panel.</param>
    /// <param name="places">Their places.</param>
    /// <param name="groups">The number of groups, at least 1.</param>
    /// <param name="rows">The number of rows, 1 to <see cref="MostRows"/>.</param>
    /// <param name="sums">The sums of the panel, [rows, 16].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Add<TVector, TPlaces, TFloats, TLanes>(float* x, nint stride, float* values, uint* places, int groups, int rows, float* sums)
        where TVector : struct
        where TPlaces : struct
        where TFloats : IFloatLanes<TVector>
        where TLanes : ITwoOfFourLanes<TVector, TPlaces>
    {
        if (rows == 1 && TFloats.Count == Width)
        {
            AddRow<TVector, TPlaces, TFloats, TLanes>(x, values, places, groups, sums);
            return;
        }

        if (rows == 1)
        {
            for (int lane = 0; lane < Width; lane += 2 * TFloats.Count)
            {
                AddRow<TVector, TPlaces, TFloats, TLanes>(x, values, places, groups, lane, sums);
            }

            return;
        }

        for (int lane = 0; lane < Width; lane += TFloats.Count)
        {
            switch (rows)
            {
                case 2:
                    AddRows<TVector, TPlaces, TFloats, TLanes, TileRows.R2>(x, stride, values, places, groups, lane, sums);
                    break;
                case 3:
                    AddRows<TVector, TPlaces, TFloats, TLanes, TileRows.R3>(x, stride, values, places, groups, lane, sums);
                    break;
                case 4:
                    AddRows<TVector, TPlaces, TFloats, TLanes, TileRows.R4>(x, stride, values, places, groups, lane, sums);
                    break;
                case 5:
                    AddRows<TVector, TPlaces, TFloats, TLanes, TileRows.R5>(x, stride, values, places, groups, lane, sums);
                    break;
                case 6:
                    AddRows<TVector, TPlaces, TFloats, TLanes, TileRows.R6>(x, stride, values, places, groups, lane, sums);
                    break;
                case 7:
                    AddRows<TVector, TPlaces, TFloats, TLanes, TileRows.R7>(x, stride, values, places, groups, lane, sums);
                    break;
                case 8:
                    AddRows<TVector, TPlaces, TFloats, TLanes, TileRows.R8>(x, stride, values, places, groups, lane, sums);
                    break;
            }
        }
    }

    /// <summary>Adds the products of one row and some groups to the sums of a panel that one vector holds.</summary>
    /// <inheritdoc cref="AddRows"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddRow<TVector, TPlaces, TFloats, TLanes>(float* x, float* values, uint* places, int groups, float* sums)
        where TVector : struct
        where TPlaces : struct
        where TFloats : IFloatLanes<TVector>
        where TLanes : ITwoOfFourLanes<TVector, TPlaces>
    {
        // Sums wait four cycles for each other: four of them keep the multipliers busy.
        TVector c0 = TFloats.Load(sums);
        TVector c1 = default;
        TVector c2 = default;
        TVector c3 = default;
        for (; groups > 1; groups -= 2)
        {
            if (Sse.IsSupported)
            {
                Sse.Prefetch0(values + Ahead);
                Sse.Prefetch0(values + Ahead + Width);
                Sse.Prefetch0(values + Ahead + GroupValues);
                Sse.Prefetch0(values + Ahead + GroupValues + Width);
            }

            TVector four = TLanes.Four(x);
            c0 = TLanes.MultiplyAdd(four, TLanes.Places(places[0]), TFloats.Load(values), c0);
            c1 = TLanes.MultiplyAdd(four, TLanes.Places(places[1]), TFloats.Load(values + Width), c1);
            four = TLanes.Four(x + GroupRows);
            c2 = TLanes.MultiplyAdd(four, TLanes.Places(places[2]), TFloats.Load(values + GroupValues), c2);
            c3 = TLanes.MultiplyAdd(four, TLanes.Places(places[3]), TFloats.Load(values + GroupValues + Width), c3);
            x += 2 * GroupRows;
            values += 2 * GroupValues;
            places += 2 * TwoOfFourPacking.Kept;
        }

        if (groups > 0)
        {
            TVector four = TLanes.Four(x);
            c0 = TLanes.MultiplyAdd(four, TLanes.Places(places[0]), TFloats.Load(values), c0);
            c1 = TLanes.MultiplyAdd(four, TLanes.Places(places[1]), TFloats.Load(values + Width), c1);
        }

        TFloats.Store(TFloats.Add(TFloats.Add(c0, c1), TFloats.Add(c2, c3)), sums);
    }

    /// <summary>Adds the products of one row and some groups to the sums of the columns of two vectors.</summary>
    /// <inheritdoc cref="AddRows"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddRow<TVector, TPlaces, TFloats, TLanes>(float* x, float* values, uint* places, int groups, int lane, float* sums)
        where TVector : struct
        where TPlaces : struct
        where TFloats : IFloatLanes<TVector>
        where TLanes : ITwoOfFourLanes<TVector, TPlaces>
    {
        int low = TwoOfFourPacking.PlaceBits * lane;
        int high = TwoOfFourPacking.PlaceBits * (lane + TFloats.Count);
        values += lane;
        sums += lane;
        TVector c0 = TFloats.Load(sums);
        TVector c1 = TFloats.Load(sums + TFloats.Count);
        TVector d0 = default;
        TVector d1 = default;
        do
        {
            if (Sse.IsSupported)
            {
                Sse.Prefetch0(values + Ahead);
                Sse.Prefetch0(values + Ahead + Width);
            }

            TVector four = TLanes.Four(x);
            c0 = TLanes.MultiplyAdd(four, TLanes.Places(places[0] >> low), TFloats.Load(values), c0);
            c1 = TLanes.MultiplyAdd(four, TLanes.Places(places[0] >> high), TFloats.Load(values + TFloats.Count), c1);
            d0 = TLanes.MultiplyAdd(four, TLanes.Places(places[1] >> low), TFloats.Load(values + Width), d0);
            d1 = TLanes.MultiplyAdd(four, TLanes.Places(places[1] >> high), TFloats.Load(values + Width + TFloats.Count), d1);
            x += GroupRows;
            values += GroupValues;
            places += TwoOfFourPacking.Kept;
        }
        while (--groups > 0);

        TFloats.Store(TFloats.Add(c0, d0), sums);
        TFloats.Store(TFloats.Add(c1, d1), sums + TFloats.Count);
    }

    /// <summary>Adds the products of some rows and some groups to the sums of some columns.</summary>
    /// <param name="x">The first row.</param>
    /// <param name="stride">From a row to the next.</param>
    /// <param name="values">The vectors of the panel.</param>
    /// <param name="places">Their places.</param>
    /// <param name="groups">The number of groups, at least 1.</param>
    /// <param name="lane">The first of the columns within the panel.</param>
    /// <param name="sums">The sums of the panel, [rows, 16].</param>
    /// <typeparam name="TVector">The columns' values.</typeparam>
    /// <typeparam name="TPlaces">The places of their factors.</typeparam>
    /// <typeparam name="TFloats">Their reading, writing and adding.</typeparam>
    /// <typeparam name="TLanes">Their products.</typeparam>
    /// <typeparam name="TRows">The number of rows, 1 to <see cref="MostRows"/>.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddRows<TVector, TPlaces, TFloats, TLanes, TRows>(float* x, nint stride, float* values, uint* places, int groups, int lane, float* sums)
        where TVector : struct
        where TPlaces : struct
        where TFloats : IFloatLanes<TVector>
        where TLanes : ITwoOfFourLanes<TVector, TPlaces>
        where TRows : struct, ITileRows
    {
        int shift = TwoOfFourPacking.PlaceBits * lane;
        values += lane;
        sums += lane;
        float* x4 = x + (4 * stride);
        TVector c0 = TFloats.Load(sums);
        TVector c1 = TRows.Count > 1 ? TFloats.Load(sums + Width) : default;
        TVector c2 = TRows.Count > 2 ? TFloats.Load(sums + (2 * Width)) : default;
        TVector c3 = TRows.Count > 3 ? TFloats.Load(sums + (3 * Width)) : default;
        TVector c4 = TRows.Count > 4 ? TFloats.Load(sums + (4 * Width)) : default;
        TVector c5 = TRows.Count > 5 ? TFloats.Load(sums + (5 * Width)) : default;
        TVector c6 = TRows.Count > 6 ? TFloats.Load(sums + (6 * Width)) : default;
        TVector c7 = TRows.Count > 7 ? TFloats.Load(sums + (7 * Width)) : default;
        TVector d0 = default;
        TVector d1 = default;
        TVector d2 = default;
        TVector d3 = default;
        TVector d4 = default;
        TVector d5 = default;
        TVector d6 = default;
        TVector d7 = default;
        do
        {
            TPlaces p0 = TLanes.Places(places[0] >> shift);
            TPlaces p1 = TLanes.Places(places[1] >> shift);
            TVector v0 = TFloats.Load(values);
            TVector v1 = TFloats.Load(values + Width);
            TVector four = TLanes.Four(x);
            c0 = TLanes.MultiplyAdd(four, p0, v0, c0);
            d0 = TLanes.MultiplyAdd(four, p1, v1, d0);
            if (TRows.Count > 1)
            {
                four = TLanes.Four(x + stride);
                c1 = TLanes.MultiplyAdd(four, p0, v0, c1);
                d1 = TLanes.MultiplyAdd(four, p1, v1, d1);
            }

            if (TRows.Count > 2)
            {
                four = TLanes.Four(x + (2 * stride));
                c2 = TLanes.MultiplyAdd(four, p0, v0, c2);
                d2 = TLanes.MultiplyAdd(four, p1, v1, d2);
            }

            if (TRows.Count > 3)
            {
                four = TLanes.Four(x + (3 * stride));
                c3 = TLanes.MultiplyAdd(four, p0, v0, c3);
                d3 = TLanes.MultiplyAdd(four, p1, v1, d3);
            }

            if (TRows.Count > 4)
            {
                four = TLanes.Four(x4);
                c4 = TLanes.MultiplyAdd(four, p0, v0, c4);
                d4 = TLanes.MultiplyAdd(four, p1, v1, d4);
            }

            if (TRows.Count > 5)
            {
                four = TLanes.Four(x4 + stride);
                c5 = TLanes.MultiplyAdd(four, p0, v0, c5);
                d5 = TLanes.MultiplyAdd(four, p1, v1, d5);
            }

            if (TRows.Count > 6)
            {
                four = TLanes.Four(x4 + (2 * stride));
                c6 = TLanes.MultiplyAdd(four, p0, v0, c6);
                d6 = TLanes.MultiplyAdd(four, p1, v1, d6);
            }

            if (TRows.Count > 7)
            {
                four = TLanes.Four(x4 + (3 * stride));
                c7 = TLanes.MultiplyAdd(four, p0, v0, c7);
                d7 = TLanes.MultiplyAdd(four, p1, v1, d7);
            }

            x += GroupRows;
            x4 += GroupRows;
            values += GroupValues;
            places += TwoOfFourPacking.Kept;
        }
        while (--groups > 0);

        TFloats.Store(TFloats.Add(c0, d0), sums);
        if (TRows.Count > 1)
        {
            TFloats.Store(TFloats.Add(c1, d1), sums + Width);
        }

        if (TRows.Count > 2)
        {
            TFloats.Store(TFloats.Add(c2, d2), sums + (2 * Width));
        }

        if (TRows.Count > 3)
        {
            TFloats.Store(TFloats.Add(c3, d3), sums + (3 * Width));
        }

        if (TRows.Count > 4)
        {
            TFloats.Store(TFloats.Add(c4, d4), sums + (4 * Width));
        }

        if (TRows.Count > 5)
        {
            TFloats.Store(TFloats.Add(c5, d5), sums + (5 * Width));
        }

        if (TRows.Count > 6)
        {
            TFloats.Store(TFloats.Add(c6, d6), sums + (6 * Width));
        }

        if (TRows.Count > 7)
        {
            TFloats.Store(TFloats.Add(c7, d7), sums + (7 * Width));
        }
    }
}
