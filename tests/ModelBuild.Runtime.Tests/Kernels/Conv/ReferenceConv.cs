namespace ModelBuild.Runtime.Tests.Kernels.Conv;

/// <summary>The convolution of ONNX over NHWC images and OIHW weights, in double precision.</summary>
internal static class ReferenceConv
{
    /// <summary>Computes one output and the sum of the magnitudes of its products.</summary>
    internal static (double Sum, double Magnitude) At(ConvCase s, ReadOnlySpan<float> x, ReadOnlySpan<float> w, int image, int oy, int ox, int output)
    {
        double sum = 0;
        double magnitude = 0;
        int inPerGroup = s.InC / s.Groups;
        int group = output / (s.OutC / s.Groups);
        for (int ky = 0; ky < s.KernelH; ky++)
        {
            int iy = (oy * s.StrideH) + (ky * s.DilationH) - s.PadTop;
            for (int kx = 0; kx < s.KernelW; kx++)
            {
                int ix = (ox * s.StrideW) + (kx * s.DilationW) - s.PadLeft;
                if (iy < 0 || iy >= s.InH || ix < 0 || ix >= s.InW)
                {
                    continue;
                }

                for (int c = 0; c < inPerGroup; c++)
                {
                    double product = (double)x[(((((image * s.InH) + iy) * s.InW) + ix) * s.InC) + (group * inPerGroup) + c]
                        * w[(((((output * inPerGroup) + c) * s.KernelH) + ky) * s.KernelW) + kx];
                    sum += product;
                    magnitude += Math.Abs(product);
                }
            }
        }

        return (sum, magnitude);
    }
}
