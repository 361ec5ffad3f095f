namespace ModelBuild.Kernels;

/// <summary>The one weight layout of the integer kernels, for every instruction set: [panel][run][quad][16 columns][4 values of K].</summary>
internal static class DotPanel
{
    /// <summary>The output columns (channels) of a panel.</summary>
    internal const int Columns = 16;

    /// <summary>The most rows that a micro-kernel may take.</summary>
    internal const int MaxRows = 8;

    /// <summary>The number of panels for <paramref name="n"/> columns.</summary>
    internal static int Count(int n) => (n + Columns - 1) / Columns;

    /// <summary>The number of bytes of one panel with <paramref name="runs"/> runs of <paramref name="runLength"/> values.</summary>
    internal static int Length(int runs, int runLength) => checked(runs * ((runLength + 3) / 4) * 4 * Columns);
}
