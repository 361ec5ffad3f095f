using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Memory;

namespace ModelBuild.Runtime.Tests.Kernels.Quantized;

/// <summary>A convolution of 3 x 3 by a kernel of minimal filtering beside the plain loop.</summary>
internal static unsafe class Minimal3x3Case
{
    private const byte XZero = 77;
    private const int YZero = 40;

    /// <summary>Whether a kernel takes a problem.</summary>
    internal delegate bool Form(DotProblem* problem);

    /// <summary>A kernel.</summary>
    internal delegate void Kernel(DotProblem* problem, ref DotToU8 output);

    /// <summary>Draws a convolution and compares every byte.</summary>
    /// <param name="batch">Images.</param>
    /// <param name="height">Lines of the input.</param>
    /// <param name="width">Columns of the input.</param>
    /// <param name="inC">Input channels.</param>
    /// <param name="outC">Output channels.</param>
    /// <param name="extreme">Whether values are of the largest magnitude.</param>
    /// <param name="min">The smallest output.</param>
    /// <param name="isSupported">Whether the processor has the kernel's instructions; without them it must refuse, and the product's own choice is compared.</param>
    /// <param name="canRun">Whether the kernel takes the problem.</param>
    /// <param name="run">The kernel.</param>
    internal static void Check(int batch, int height, int width, int inC, int outC, bool extreme, int min, bool isSupported, Form canRun, Kernel run)
    {
        var c = new ConvCase(batch, height, width, inC, outC, 3, 3, 1, 1, 0, 0, 0, 0, 1, 1, 1);
        var random = new Random((height * 31) + (width * 7) + inC);
        var xValues = new byte[batch * height * width * inC];
        var w = new sbyte[outC * inC * 9];
        for (int i = 0; i < xValues.Length; i++)
        {
            xValues[i] = extreme ? (byte)(random.Next(2) * 255) : (byte)random.Next(256);
        }

        for (int i = 0; i < w.Length; i++)
        {
            w[i] = extreme ? (random.Next(8) == 0 ? (sbyte)127 : (sbyte)-128) : (sbyte)random.Next(-128, 128);
        }

        var packed = new sbyte[ConvU8S8Packing.PackedLength(outC, inC, 3, 3, 1, 1)];
        ConvU8S8Packing.Pack(w, packed, outC, inC, 3, 3, 1, 1);
        var sums = new int[outC];
        ConvU8S8Packing.ChannelSums(w, sums, outC);
        var bias = new int[outC];
        var scales = new float[outC];
        for (int o = 0; o < outC; o++)
        {
            bias[o] = random.Next(-3000, 3000);
            scales[o] = (0.5f + random.NextSingle()) / (80f * MathF.Sqrt(9 * inC));
        }

        var folded = new int[outC];
        GemmU8S8Packing.FoldZeroPoint(bias, sums, folded, XZero);
        long[] expected = QuantizedReference.Conv(xValues, w, c, XZero, default);
        using var x = new GuardedMemory<byte>(xValues);
        using var y = new GuardedMemory<byte>(expected.Length);
        var shape = new ConvShape(batch, height, width, inC, c.OutH, c.OutW, outC, 3, 3, 1, 1, 0, 0, 1, 1, 1);
        fixed (byte* xData = x.Span)
        fixed (sbyte* wData = packed)
        fixed (int* biasData = folded)
        fixed (float* scalesData = scales)
        fixed (byte* yData = y.Span)
        {
            shape.Describe(xData, wData, out DotProblem problem);
            problem.Bias = biasData;
            problem.Scales = scalesData;
            problem.XZeroPoint = XZero;
            var epilogue = new DotToU8(yData, outC, YZero, min, 250);
            if (isSupported)
            {
                Assert.True(canRun(&problem));
                run(&problem, ref epilogue);
            }
            else
            {
                Assert.False(canRun(&problem));
                DotDriver.RunManaged(&problem, ref epilogue);
            }
        }

        for (int i = 0; i < expected.Length; i++)
        {
            int o = i % outC;
            Assert.Equal(QuantizedReference.ToU8(expected[i] + bias[o], scales[o], YZero, min, 250), y.Span[i]);
        }
    }
}
