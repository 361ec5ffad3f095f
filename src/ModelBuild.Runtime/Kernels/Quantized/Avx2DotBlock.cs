using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>A part of some rows in a form that AVX2 multiplies: bytes of up to 128 with rests, or integers of 16 bits where many values are larger. Both give the same integers.</summary>
internal unsafe struct Avx2DotBlock
{
    /// <summary>Memory for the widened weights of a panel; not used where there are <see cref="IsFew"/> rows.</summary>
    internal short* Weights;

    /// <summary>Memory for the rows.</summary>
    internal byte* X;

    /// <summary>Bytes between split rows.</summary>
    internal nint SplitStride;

    /// <summary>Integers between widened rows.</summary>
    internal nint Stride;

    /// <summary>Whether there are so few rows that it does not pay to widen a panel for all of them.</summary>
    internal bool IsFew;

    /// <summary>Whether rows are to be split, as long as few values have a rest.</summary>
    internal bool IsSplit;

    /// <summary>The rests.</summary>
    internal Avx2DotSplit Split;

    private const int Columns = DotPanel.Columns;

    private int _rows;
    private int _quads;

    /// <summary>Reads a range of the groups of four of some rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Take(DotProblem* problem, byte** rows, int count, int firstQuad, int quads)
    {
        _rows = count;
        _quads = quads;
        IsSplit = IsSplit && Split.Run(problem, rows, count, firstQuad, quads, X, SplitStride);
        if (!IsSplit)
        {
            Avx2DotRows.Widen(problem, rows, count, firstQuad, quads, !IsFew, (short*)X, Stride);
        }
    }

    /// <summary>Multiplies with one panel, but for the rests.</summary>
    /// <param name="w">[quad][16][4].</param>
    /// <param name="init">The starting values; may be <paramref name="sums"/> itself.</param>
    /// <param name="initStride">0 (the same 16 values for all rows) or 16.</param>
    /// <param name="sums">The result, with room for 3 rows more.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Multiply(sbyte* w, int* init, nint initStride, int* sums)
    {
        if (!IsSplit)
        {
            var x = (short*)X;
            if (IsFew)
            {
                Avx2DotFewRows.Run(_rows, x, Stride, w, _quads, init, initStride, sums);
                return;
            }

            const int First = Avx2DotTiles.FirstRows;
            Avx2DotTiles.Widen(x, Stride, w, Weights, _quads, init, initStride, sums);
            if (_rows > First)
            {
                Avx2DotTiles.Run(_rows - First, x + (First * Stride), Stride, Weights, _quads, init + (First * initStride), initStride, sums + (First * Columns));
            }

            return;
        }

        int* shifted = stackalloc int[Columns];
        if (Split.Shift != 0)
        {
            // The same for all rows, as long as they have the same starting values.
            bool isSame = initStride == 0;
            int* target = isSame ? shifted : sums;
            Avx2DotBytes.Constant(Split.Shift, w, _quads, isSame ? 1 : _rows, init, initStride, target);
            init = target;
        }

        Avx2DotBytes.Run(_rows, X, SplitStride, w, _quads, init, initStride, sums);
    }

    /// <summary>Adds the products of what <see cref="Multiply"/> leaves out of some panels.</summary>
    /// <param name="w">[panel][quad][16][4].</param>
    /// <param name="panelBytes">Bytes between panels.</param>
    /// <param name="panels">The number of panels.</param>
    /// <param name="sums">The sums.</param>
    /// <param name="panelSums">Integers between the sums of the panels.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void AddRests(sbyte* w, nint panelBytes, int panels, int* sums, nint panelSums)
    {
        if (!IsSplit || Split.Rows == 0)
        {
            return;
        }

        var split = (Avx2DotSplit*)Unsafe.AsPointer(ref Split);
        for (; panels >= 2; panels -= 2, w += 2 * panelBytes, sums += 2 * panelSums)
        {
            Avx2DotBytes.Rests(split, w, panelBytes, sums, panelSums);
        }

        if (panels != 0)
        {
            Avx2DotBytes.Rests(split, w, sums);
        }
    }
}
