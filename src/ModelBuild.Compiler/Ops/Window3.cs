namespace ModelBuild.Compiler.Ops;

/// <summary>A sliding window with missing axes filled up to three (depth, height, width), for reference evaluation.</summary>
internal readonly struct Window3
{
    /// <summary>Fills up sizes and geometry.</summary>
    public Window3(ReadOnlySpan<long> inSpatial, ReadOnlySpan<long> outSpatial, SpatialGeometry g)
    {
        In = Fill(inSpatial, 1);
        Out = Fill(outSpatial, 1);
        Kernel = Fill(g.Kernel, 1);
        Strides = Fill(g.Strides, 1);
        Dilations = Fill(g.Dilations, 1);
        Begin = Fill(g.Pads.AsSpan(0, g.Kernel.Length), 0);
    }

    public int[] In { get; }

    public int[] Out { get; }

    public int[] Kernel { get; }

    public int[] Strides { get; }

    public int[] Dilations { get; }

    public int[] Begin { get; }

    public int InCount => In[0] * In[1] * In[2];

    public int OutCount => Out[0] * Out[1] * Out[2];

    public int KernelCount => Kernel[0] * Kernel[1] * Kernel[2];

    /// <summary>Positions in the input that a window at an output position sees; -1 where it is padding. Order: depth, height, width.</summary>
    public void Taps(int output, Span<int> taps)
    {
        int ow = output % Out[2];
        int oh = output / Out[2] % Out[1];
        int od = output / (Out[2] * Out[1]);
        int t = 0;
        for (int kd = 0; kd < Kernel[0]; kd++)
        {
            int d = (od * Strides[0]) + (kd * Dilations[0]) - Begin[0];
            for (int kh = 0; kh < Kernel[1]; kh++)
            {
                int h = (oh * Strides[1]) + (kh * Dilations[1]) - Begin[1];
                for (int kw = 0; kw < Kernel[2]; kw++)
                {
                    int w = (ow * Strides[2]) + (kw * Dilations[2]) - Begin[2];
                    bool inside = (uint)d < (uint)In[0] && (uint)h < (uint)In[1] && (uint)w < (uint)In[2];
                    taps[t++] = inside ? (((d * In[1]) + h) * In[2]) + w : -1;
                }
            }
        }
    }

    private static int[] Fill(ReadOnlySpan<long> values, int missing)
    {
        int[] filled = [missing, missing, missing];
        for (int i = 0; i < values.Length; i++)
        {
            filled[3 - values.Length + i] = (int)values[i];
        }

        return filled;
    }
}
