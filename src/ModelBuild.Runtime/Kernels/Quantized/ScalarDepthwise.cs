namespace ModelBuild.Kernels;

/// <summary>One channel: the plain loop.</summary>
internal readonly unsafe struct ScalarDepthwise : IDepthwiseKernel
{
    /// <inheritdoc/>
    public static int Lanes => 1;

    /// <inheritdoc/>
    public static void Run(DepthwiseTaps* taps, byte* x, nint step, sbyte* w, int* init, int pixels, int* tile)
    {
        int start = *init;
        for (int pixel = 0; pixel < pixels; pixel++, x += step)
        {
            int sum = start;
            for (int row = 0; row < taps->CountH; row++)
            {
                for (int column = 0; column < taps->CountW; column++)
                {
                    int value = x[(row * taps->StepH) + (column * taps->StepW)];
                    sum = unchecked(sum + (value * w[(row * taps->WeightStepH) + (column * taps->WeightStepW)]));
                }
            }

            tile[pixel * DotPanel.Columns] = sum;
        }
    }
}
