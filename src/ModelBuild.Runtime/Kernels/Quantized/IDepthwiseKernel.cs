namespace ModelBuild.Kernels;

/// <summary>Sums taps for a block of neighbouring channels of a few output pixels. All implementations give the same integers.</summary>
internal unsafe interface IDepthwiseKernel
{
    /// <summary>The most pixels of one call.</summary>
    const int MaxPixels = 16;

    /// <summary>The number of channels of a block.</summary>
    static abstract int Lanes { get; }

    /// <summary>Computes <c>tile[p * 16 + c] = init[c] + sum(x[p * step] * w)</c>.</summary>
    /// <param name="taps">The taps, all of them inside the input.</param>
    /// <param name="x">The first tap of the first pixel.</param>
    /// <param name="step">Bytes between pixels.</param>
    /// <param name="w">The first tap's weights.</param>
    /// <param name="init">The starting values, one per lane; may be <paramref name="tile"/> where there is one pixel.</param>
    /// <param name="pixels">The number of pixels, 1 to <see cref="MaxPixels"/>.</param>
    /// <param name="tile">The result.</param>
    static abstract void Run(DepthwiseTaps* taps, byte* x, nint step, sbyte* w, int* init, int pixels, int* tile);
}
