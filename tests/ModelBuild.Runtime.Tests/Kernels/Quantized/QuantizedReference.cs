namespace ModelBuild.Runtime.Tests.Kernels.Quantized;

/// <summary>Plain loops in 64-bit integers and the scalar float expressions of the QDQ specification.</summary>
internal static class QuantizedReference
{
    internal static long Dot(ReadOnlySpan<byte> x, ReadOnlySpan<sbyte> w, int m, int n, int k, int row, int column, int xZero, int wZero)
    {
        long sum = 0;
        for (int i = 0; i < k; i++)
        {
            sum += (long)(x[(row * k) + i] - xZero) * (w[(i * n) + column] - wZero);
        }

        return sum;
    }

    internal static byte ToU8(long accumulator, float scale, int zero, int min, int max)
    {
        double rounded = Math.Round((double)((float)accumulator * scale), MidpointRounding.ToEven);
        return (byte)Math.Clamp(rounded + zero, min, max);
    }

    /// <summary>Windows in the order of ONNX: x is NHWC, w is OIHW; positions outside hold the zero point and add nothing.</summary>
    internal static long[] Conv(ReadOnlySpan<byte> x, ReadOnlySpan<sbyte> w, ConvCase c, int xZero, ReadOnlySpan<int> wZero)
    {
        var y = new long[c.Batch * c.OutH * c.OutW * c.OutC];
        int inPerGroup = c.InC / c.Groups;
        int outPerGroup = c.OutC / c.Groups;
        int target = 0;
        for (int b = 0; b < c.Batch; b++)
        {
            for (int oy = 0; oy < c.OutH; oy++)
            {
                for (int ox = 0; ox < c.OutW; ox++)
                {
                    for (int o = 0; o < c.OutC; o++)
                    {
                        long sum = 0;
                        for (int ky = 0; ky < c.KernelH; ky++)
                        {
                            int iy = (oy * c.StrideH) + (ky * c.DilationH) - c.PadTop;
                            for (int kx = 0; kx < c.KernelW; kx++)
                            {
                                int ix = (ox * c.StrideW) + (kx * c.DilationW) - c.PadLeft;
                                if (iy < 0 || iy >= c.InH || ix < 0 || ix >= c.InW)
                                {
                                    continue;
                                }

                                for (int i = 0; i < inPerGroup; i++)
                                {
                                    int value = x[(((((b * c.InH) + iy) * c.InW) + ix) * c.InC) + (o / outPerGroup * inPerGroup) + i] - xZero;
                                    int weight = w[(((((o * inPerGroup) + i) * c.KernelH) + ky) * c.KernelW) + kx];
                                    sum += (long)value * (weight - (wZero.IsEmpty ? 0 : wZero[o]));
                                }
                            }
                        }

                        y[target++] = sum;
                    }
                }
            }
        }

        return y;
    }
}
