namespace ModelBuild.Kernels;

/// <summary>The plain loop: what every other kernel is compared with, and the path of machines without vectors.</summary>
internal readonly unsafe struct ScalarDot : IDotKernel
{
    /// <inheritdoc/>
    public static bool IsSupported => true;

    /// <inheritdoc/>
    public static int MaxRows => 1;

    /// <inheritdoc/>
    public static void Tile(int rows, byte** x, DotRuns* runs, sbyte* w, int* init, nint initStride, int* tile)
    {
        for (int column = 0; column < DotPanel.Columns; column++)
        {
            tile[column] = init[column];
        }

        for (int outer = 0; outer < runs->OuterCount; outer++)
        {
            for (int inner = 0; inner < runs->InnerCount; inner++)
            {
                byte* run = x[0] + (outer * runs->OuterStride) + (inner * runs->InnerStride);
                for (int quad = 0; quad < runs->Quads; quad++, run += 4)
                {
                    int x0 = run[0];
                    int x1 = run[1];
                    int x2 = run[2];
                    int x3 = run[3];
                    for (int column = 0; column < DotPanel.Columns; column++, w += 4)
                    {
                        tile[column] = unchecked(tile[column] + (x0 * w[0]) + (x1 * w[1]) + (x2 * w[2]) + (x3 * w[3]));
                    }
                }
            }
        }
    }
}
