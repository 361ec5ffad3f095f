namespace ModelBuild.Kernels;

/// <summary>Packets that follow one another in one order.</summary>
/// <param name="Order">The order.</param>
/// <param name="Layers">The layers, from the first on.</param>
/// <param name="FirstResolution">The first resolution.</param>
/// <param name="EndResolution">The resolution behind the last one.</param>
/// <param name="FirstComponent">The first component.</param>
/// <param name="EndComponent">The component behind the last one.</param>
internal readonly record struct Jp2Progression(Jp2Order Order, int Layers, int FirstResolution, int EndResolution, int FirstComponent, int EndComponent)
{
    private const int MaxOrder = 4;

    /// <summary>The order of a number in a file.</summary>
    internal static Jp2Order OrderOf(int number) => number <= MaxOrder ? (Jp2Order)number : throw Jp2Errors.Damaged($"its packets are in order {number}");
}
