namespace ModelBuild.Kernels;

/// <summary>The operands of one block of channels, widened to 16 readable values. Lives on the stack.</summary>
internal unsafe struct DepthwiseBlock
{
    /// <summary>The accumulators' starting values.</summary>
    internal int* Bias;

    /// <summary>The scales, or null.</summary>
    internal float* Scales;

    /// <summary>The float bias, or null.</summary>
    internal float* FloatBias;

    private fixed int _bias[DotPanel.Columns];
    private fixed float _scales[DotPanel.Columns];
    private fixed float _floatBias[DotPanel.Columns];

    /// <summary>Copies the operands of <paramref name="lanes"/> channels from <paramref name="channel"/>.</summary>
    internal void Load(DepthwiseProblem* problem, int channel, int lanes)
    {
        for (int i = 0; i < lanes; i++)
        {
            _bias[i] = problem->Bias == null ? 0 : problem->Bias[channel + i];
            _scales[i] = problem->Scales == null ? 0f : problem->Scales[channel + i];
            _floatBias[i] = problem->FloatBias == null ? 0f : problem->FloatBias[channel + i];
        }

        Bias = (int*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref _bias[0]);
        Scales = (float*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref _scales[0]);
        FloatBias = problem->FloatBias == null ? null : (float*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref _floatBias[0]);
    }
}
