namespace ModelBuild.Kernels;

/// <summary>What a 2:4 product over some columns at once takes beside <see cref="IFloatLanes{T}"/>.</summary>
/// <typeparam name="TVector">The columns' values.</typeparam>
/// <typeparam name="TPlaces">For each column the place of its factor.</typeparam>
internal unsafe interface ITwoOfFourLanes<TVector, TPlaces>
    where TVector : struct
    where TPlaces : struct
{
    /// <summary>Reads four factors, into each four columns.</summary>
    static abstract TVector Four(float* source);

    /// <summary>Spreads places of two bits, that of the first column in the lowest.</summary>
    static abstract TPlaces Places(uint places);

    /// <summary>Computes (the factors at the places) * right + addend.</summary>
    static abstract TVector MultiplyAdd(TVector four, TPlaces places, TVector right, TVector addend);
}
