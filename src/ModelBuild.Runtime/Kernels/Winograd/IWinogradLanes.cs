namespace ModelBuild.Kernels;

/// <summary>The arithmetic of the transforms over some channels at once.</summary>
/// <typeparam name="TVector">The channels' values.</typeparam>
internal unsafe interface IWinogradLanes<TVector>
    where TVector : struct
{
    /// <summary>Gets the number of channels.</summary>
    static abstract int Count { get; }

    /// <summary>Makes all channels one value.</summary>
    static abstract TVector Create(float value);

    /// <summary>Reads adjacent channels.</summary>
    static abstract TVector Load(float* source);

    /// <summary>Writes adjacent channels.</summary>
    static abstract void Store(TVector value, float* target);

    /// <summary>Adds.</summary>
    static abstract TVector Add(TVector left, TVector right);

    /// <summary>Subtracts.</summary>
    static abstract TVector Subtract(TVector left, TVector right);

    /// <summary>Computes left * right + addend.</summary>
    static abstract TVector MultiplyAdd(TVector left, TVector right, TVector addend);

    /// <summary>Limits to low and high.</summary>
    static abstract TVector Clamp(TVector value, TVector low, TVector high);
}
