namespace ModelBuild.Kernels;

/// <summary>
/// A micro-kernel that multiplies a few rows of unsigned bytes with one panel of 16 columns of signed weights. All implementations give the same integers.
/// </summary>
internal unsafe interface IDotKernel
{
    /// <summary>Whether this process can run the kernel.</summary>
    static abstract bool IsSupported { get; }

    /// <summary>The largest number of rows of one tile, at most <see cref="DotPanel.MaxRows"/>.</summary>
    static abstract int MaxRows { get; }

    /// <summary>Computes <c>tile[r][c] = init[r * initStride + c] + sum(x[r] * w[c])</c>, modulo 2^32.</summary>
    /// <param name="rows">The number of rows, 1 to <see cref="MaxRows"/>.</param>
    /// <param name="x">
    /// The start of each row's first run. The kernel may read entries up to <see cref="MaxRows"/> and compute rows that nobody asked for: entries past
    /// <paramref name="rows"/> must be valid pointers too.
    /// </param>
    /// <param name="runs">The K axis; <c>4 * Quads</c> bytes of every run must be readable.</param>
    /// <param name="w">One packed panel: [run][quad][16][4].</param>
    /// <param name="init">The starting values; may be <paramref name="tile"/> itself.</param>
    /// <param name="initStride">0 (the same 16 values for all rows) or 16.</param>
    /// <param name="tile">The result, <see cref="MaxRows"/> rows of 16.</param>
    static abstract void Tile(int rows, byte** x, DotRuns* runs, sbyte* w, int* init, nint initStride, int* tile);
}
