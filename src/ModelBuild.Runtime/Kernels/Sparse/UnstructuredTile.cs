using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>
/// The inner loop of a product with unstructured sparse weights: the rows of a tile lie side by side in vectors, and each weight is spread over the lanes and multiplied by those of its depth.
/// </summary>
internal static unsafe class UnstructuredTile
{
    /// <summary>The most vectors of a tile: with the two sums of each they fit 16 registers.</summary>
    internal const int MostVectors = 6;

    /// <summary>Adds the products of a chunk of the depth to the sums.</summary>
    /// <param name="tile">The chunk of the left operand, [depth of the chunk, rows of the tile].</param>
    /// <param name="sums">The sums, [n, rows of the tile].</param>
    /// <param name="columns">The chunk's columns with the numbers of their weights.</param>
    /// <param name="count">The number of columns.</param>
    /// <param name="values">The chunk's weights.</param>
    /// <param name="rows">Their rows within the chunk.</param>
    /// <typeparam name="TVector">The lanes of one vector.</typeparam>
    /// <typeparam name="TLanes">Their arithmetic.</typeparam>
    /// <typeparam name="TVectors">The vectors of a row of the tile, 1 to <see cref="MostVectors"/>.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Add<TVector, TLanes, TVectors>(float* tile, float* sums, int* columns, int count, float* values, byte* rows)
        where TVector : struct
        where TLanes : IFloatLanes<TVector>
        where TVectors : struct, ITileRows
    {
        for (int* end = columns + count; columns < end; columns++)
        {
            int column = *columns;
            int weights = column & ((1 << UnstructuredPacking.CountBits) - 1);
            float* target = sums + ((nint)(column >> UnstructuredPacking.CountBits) * (TVectors.Count * TLanes.Count));

            // Sums wait four cycles for each other: two of each keep the multipliers busy.
            TVector c0 = TLanes.Load(target);
            TVector c1 = TVectors.Count > 1 ? TLanes.Load(target + TLanes.Count) : default;
            TVector c2 = TVectors.Count > 2 ? TLanes.Load(target + (2 * TLanes.Count)) : default;
            TVector c3 = TVectors.Count > 3 ? TLanes.Load(target + (3 * TLanes.Count)) : default;
            TVector c4 = TVectors.Count > 4 ? TLanes.Load(target + (4 * TLanes.Count)) : default;
            TVector c5 = TVectors.Count > 5 ? TLanes.Load(target + (5 * TLanes.Count)) : default;
            TVector d0 = TLanes.Create(0f);
            TVector d1 = TLanes.Create(0f);
            TVector d2 = TLanes.Create(0f);
            TVector d3 = TLanes.Create(0f);
            TVector d4 = TLanes.Create(0f);
            TVector d5 = TLanes.Create(0f);
            if ((weights & 1) != 0)
            {
                TVector value = TLanes.Create(*values);
                float* row = tile + ((nint)(*rows) * (TVectors.Count * TLanes.Count));
                d0 = TLanes.MultiplyAdd(value, TLanes.Load(row), d0);
                if (TVectors.Count > 1)
                {
                    d1 = TLanes.MultiplyAdd(value, TLanes.Load(row + TLanes.Count), d1);
                }

                if (TVectors.Count > 2)
                {
                    d2 = TLanes.MultiplyAdd(value, TLanes.Load(row + (2 * TLanes.Count)), d2);
                }

                if (TVectors.Count > 3)
                {
                    d3 = TLanes.MultiplyAdd(value, TLanes.Load(row + (3 * TLanes.Count)), d3);
                }

                if (TVectors.Count > 4)
                {
                    d4 = TLanes.MultiplyAdd(value, TLanes.Load(row + (4 * TLanes.Count)), d4);
                }

                if (TVectors.Count > 5)
                {
                    d5 = TLanes.MultiplyAdd(value, TLanes.Load(row + (5 * TLanes.Count)), d5);
                }

                values++;
                rows++;
            }

            for (float* last = values + (weights & ~1); values < last; values += 2)
            {
                // Two rows by one load: loads are what the loop waits for.
                nint pair = *(ushort*)rows;
                TVector value = TLanes.Create(values[0]);
                float* row = tile + ((pair & byte.MaxValue) * (TVectors.Count * TLanes.Count));
                c0 = TLanes.MultiplyAdd(value, TLanes.Load(row), c0);
                if (TVectors.Count > 1)
                {
                    c1 = TLanes.MultiplyAdd(value, TLanes.Load(row + TLanes.Count), c1);
                }

                if (TVectors.Count > 2)
                {
                    c2 = TLanes.MultiplyAdd(value, TLanes.Load(row + (2 * TLanes.Count)), c2);
                }

                if (TVectors.Count > 3)
                {
                    c3 = TLanes.MultiplyAdd(value, TLanes.Load(row + (3 * TLanes.Count)), c3);
                }

                if (TVectors.Count > 4)
                {
                    c4 = TLanes.MultiplyAdd(value, TLanes.Load(row + (4 * TLanes.Count)), c4);
                }

                if (TVectors.Count > 5)
                {
                    c5 = TLanes.MultiplyAdd(value, TLanes.Load(row + (5 * TLanes.Count)), c5);
                }

                value = TLanes.Create(values[1]);
                row = tile + ((pair >> UnstructuredPacking.CountBits) * (TVectors.Count * TLanes.Count));
                d0 = TLanes.MultiplyAdd(value, TLanes.Load(row), d0);
                if (TVectors.Count > 1)
                {
                    d1 = TLanes.MultiplyAdd(value, TLanes.Load(row + TLanes.Count), d1);
                }

                if (TVectors.Count > 2)
                {
                    d2 = TLanes.MultiplyAdd(value, TLanes.Load(row + (2 * TLanes.Count)), d2);
                }

                if (TVectors.Count > 3)
                {
                    d3 = TLanes.MultiplyAdd(value, TLanes.Load(row + (3 * TLanes.Count)), d3);
                }

                if (TVectors.Count > 4)
                {
                    d4 = TLanes.MultiplyAdd(value, TLanes.Load(row + (4 * TLanes.Count)), d4);
                }

                if (TVectors.Count > 5)
                {
                    d5 = TLanes.MultiplyAdd(value, TLanes.Load(row + (5 * TLanes.Count)), d5);
                }

                rows += 2;
            }

            TLanes.Store(TLanes.Add(c0, d0), target);
            if (TVectors.Count > 1)
            {
                TLanes.Store(TLanes.Add(c1, d1), target + TLanes.Count);
            }

            if (TVectors.Count > 2)
            {
                TLanes.Store(TLanes.Add(c2, d2), target + (2 * TLanes.Count));
            }

            if (TVectors.Count > 3)
            {
                TLanes.Store(TLanes.Add(c3, d3), target + (3 * TLanes.Count));
            }

            if (TVectors.Count > 4)
            {
                TLanes.Store(TLanes.Add(c4, d4), target + (4 * TLanes.Count));
            }

            if (TVectors.Count > 5)
            {
                TLanes.Store(TLanes.Add(c5, d5), target + (5 * TLanes.Count));
            }
        }
    }
}
