namespace ModelBuild.Kernels;

/// <summary>The tiles of 2 x 2 outputs of minimal filtering, image by image, line by line.</summary>
internal static unsafe class MinimalTiles
{
    /// <summary>The tiles of a problem.</summary>
    internal static int Count(DotProblem* problem) => problem->Images * ((problem->Height + 1) / 2) * ((problem->Width + 1) / 2);

    /// <summary>Where tiles begin. The last of a line or column is shifted back over the one before it: the same values are stored twice.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="first">The first tile.</param>
    /// <param name="count">The number of tiles.</param>
    /// <param name="sources">Receives the first input of each.</param>
    /// <param name="rows">Receives the output row of each.</param>
    internal static void Place(DotProblem* problem, int first, int count, byte** sources, nint* rows)
    {
        int ofLine = (problem->Width + 1) / 2;
        int ofColumn = (problem->Height + 1) / 2;
        (int line, int across) = Math.DivRem(first, ofLine);
        (int image, int down) = Math.DivRem(line, ofColumn);
        for (int tile = 0; tile < count; tile++)
        {
            int y = Math.Min(2 * down, problem->Height - 2);
            int x = Math.Min(2 * across, problem->Width - 2);
            sources[tile] = problem->X + (image * problem->ImageStep) + (y * problem->LineStep) + (x * problem->ColumnStep);
            rows[tile] = problem->FirstRow + ((((nint)image * problem->Height) + y) * problem->Width) + x;
            if (++across == ofLine)
            {
                across = 0;
                if (++down == ofColumn)
                {
                    down = 0;
                    image++;
                }
            }
        }
    }
}
