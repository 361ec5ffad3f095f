namespace ModelBuild.Kernels;

/// <summary>The operands of one block of channels: the caller's own memory where it holds 16 values, else a copy. Lives on the stack.</summary>
internal unsafe struct DepthwiseBlock
{
    /// <summary>The accumulators' starting values.</summary>
    internal int* Bias;

    /// <summary>The scales, or null.</summary>
    internal float* Scales;

    /// <summary>The float bias, or null.</summary>
    internal float* FloatBias;

    private fixed uint _bias[DotPanel.Columns];
    private fixed uint _scales[DotPanel.Columns];
    private fixed uint _floatBias[DotPanel.Columns];

    /// <summary>Points at the operands of <paramref name="lanes"/> channels from <paramref name="channel"/>.</summary>
    internal void Load(DepthwiseProblem* problem, int channel, int lanes)
    {
        bool whole = lanes == DotPanel.Columns;
        Bias = whole && problem->Bias != null ? problem->Bias + channel : (int*)Copy((uint*)problem->Bias, channel, lanes, ref _bias[0]);
        Scales = whole && problem->Scales != null ? problem->Scales + channel : (float*)Copy((uint*)problem->Scales, channel, lanes, ref _scales[0]);
        FloatBias = problem->FloatBias == null ? null
            : whole ? problem->FloatBias + channel
            : (float*)Copy((uint*)problem->FloatBias, channel, lanes, ref _floatBias[0]);
    }

    private static void* Copy(uint* source, int channel, int lanes, ref uint own)
    {
        uint* target = (uint*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref own);
        for (int i = 0; i < lanes; i++)
        {
            target[i] = source == null ? 0 : source[channel + i];
        }

        return target;
    }
}
