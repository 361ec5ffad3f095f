namespace ModelBuild.Kernels;

/// <summary>The arithmetic of kernels over some numbers at once.</summary>
/// <typeparam name="TVector">The numbers.</typeparam>
internal unsafe interface IFloatLanes<TVector>
    where TVector : struct
{
    /// <summary>Gets how many they are.</summary>
    static abstract int Count { get; }

    /// <summary>Makes all of them one value.</summary>
    static abstract TVector Create(float value);

    /// <summary>Reads neighbours.</summary>
    static abstract TVector Load(float* source);

    /// <summary>Writes neighbours.</summary>
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
