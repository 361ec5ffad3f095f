namespace ModelBuild.Kernels;

/// <summary>One channel: the plain loop.</summary>
internal readonly unsafe struct ScalarDepthwise : IDepthwiseKernel
{
    /// <inheritdoc/>
    public static int Lanes => 1;

    /// <inheritdoc/>
    public static void One(DepthwiseTaps* taps, byte* x, sbyte* w, int* init, int* tile)
    {
        int sum = *init;
        for (int row = 0; row < taps->CountH; row++)
        {
            for (int column = 0; column < taps->CountW; column++)
            {
                int value = x[(row * taps->StepH) + (column * taps->StepW)];
                sum = unchecked(sum + (value * w[(row * taps->WeightStepH) + (column * taps->WeightStepW)]));
            }
        }

        *tile = sum;
    }

    /// <inheritdoc/>
    public static void Tall(DepthwiseTaps* taps, byte* x, nint step, sbyte* w, int* init, int* tile)
    {
        int start = *init;
        for (int pixel = 0; pixel < IDepthwiseKernel.TallRows; pixel++)
        {
            One(taps, x + (pixel * step), w, &start, tile + (pixel * DotPanel.Columns));
        }
    }
}
