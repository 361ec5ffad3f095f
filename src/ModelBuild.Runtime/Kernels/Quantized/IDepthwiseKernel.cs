namespace ModelBuild.Kernels;

/// <summary>Sums taps for a block of neighbouring channels of one or four output pixels. All implementations give the same integers.</summary>
internal unsafe interface IDepthwiseKernel
{
    /// <summary>The pixels of a tall tile.</summary>
    const int TallRows = 4;

    /// <summary>The number of channels of a block.</summary>
    static abstract int Lanes { get; }

    /// <summary>Computes <c>tile[c] = init[c] + sum(x * w)</c> for one pixel; <paramref name="init"/> may be <paramref name="tile"/>.</summary>
    static abstract void One(DepthwiseTaps* taps, byte* x, sbyte* w, int* init, int* tile);

    /// <summary>The same for <see cref="TallRows"/> pixels, <paramref name="step"/> bytes apart; tile rows are 16 apart, init is shared.</summary>
    static abstract void Tall(DepthwiseTaps* taps, byte* x, nint step, sbyte* w, int* init, int* tile);
}
