namespace ModelBuild.Kernels;

/// <summary>Which pixels of an image a pass has.</summary>
/// <param name="X">The first column.</param>
/// <param name="Y">The first row.</param>
/// <param name="StepX">Columns from one pixel to the next.</param>
/// <param name="StepY">Rows from one pixel to the next.</param>
internal readonly record struct PngPass(int X, int Y, int StepX, int StepY)
{
    private static readonly PngPass[] s_whole = [new(0, 0, 1, 1)];

    private static readonly PngPass[] s_adam7 = [new(0, 0, 8, 8), new(4, 0, 8, 8), new(0, 4, 4, 8), new(2, 0, 4, 4), new(0, 2, 2, 4), new(1, 0, 2, 2), new(0, 1, 1, 2)];

    /// <summary>The passes of an image.</summary>
    public static ReadOnlySpan<PngPass> Of(PngHeader header) => header.IsInterlaced ? s_adam7 : s_whole;

    /// <summary>Pixels of a row of the pass; 0 where it has none.</summary>
    public int Columns(PngHeader header) => (int)(((long)header.Width - X + StepX - 1) / StepX);

    /// <summary>Rows of the pass.</summary>
    public int Rows(PngHeader header) => Columns(header) == 0 ? 0 : (int)(((long)header.Height - Y + StepY - 1) / StepY);
}
