using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>The direct convolution of one image, by lines of its result.</summary>
internal unsafe struct F32ConvLines
{
    private const int CacheLine = 16;

    /// <summary>The image: with its border where the convolution has one.</summary>
    internal float* X;

    /// <summary>The packed weights.</summary>
    internal float* W;

    /// <summary>One value per output channel, or null.</summary>
    internal float* Bias;

    private F32GemmTask _task;
    private nint _lineStep;
    private int _outW;
    private int _outC;
    private int _depth;
    private bool _isContiguous;

    /// <summary>The elements of the image with its border, in whole lines of a cache; 0 where no window leaves it.</summary>
    internal static int BorderLength(
        int inH, int inW, int inC, int outH, int outW, int kernelH, int kernelW, int strideH, int strideW, int padTop, int padLeft)
    {
        int elements = Conv.ScratchLength(inH, inW, inC, outH, outW, kernelH, kernelW, strideH, strideW, padTop, padLeft, 1, 1);
        return checked(elements + CacheLine - 1) / CacheLine * CacheLine;
    }

    /// <summary>Checks sizes and spans; the columns of the result are those before <paramref name="neighbours"/> of them become one.</summary>
    internal static void Check(
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> w,
        ReadOnlySpan<float> bias,
        int inH,
        int inW,
        int inC,
        int outH,
        int outW,
        int outC,
        int kernelH,
        int kernelW,
        int strideH,
        int strideW,
        int padTop,
        int padLeft,
        int neighbours)
    {
        Throw.IfBelow(inC, 1, nameof(inC));
        Throw.IfBelow(outC, 1, nameof(outC));
        Throw.IfBelow(neighbours, 1, nameof(neighbours));
        ConvGeometry.CheckWindow(1, inH, inW, outH, outW, kernelH, kernelW, strideH, strideW, padTop, padLeft, 1, 1);
        if (outW % neighbours != 0)
        {
            Throw.Argument("The neighbours must divide the columns.", nameof(neighbours));
        }

        Throw.IfShorter(x.Length, (long)inH * inW * inC, nameof(x));
        Throw.IfShorter(w.Length, ConvPacking.PackedLength(checked(outC * neighbours), inC, kernelH, kernelW, 1), nameof(w));
        Throw.IfPresentAndShorter(bias.Length, (long)outC * neighbours, nameof(bias));
    }

    /// <summary>Makes the lines of a convolution of one group; the parameters are those of <see cref="Conv.F32"/>.</summary>
    /// <param name="x">The image.</param>
    /// <param name="w">The packed weights.</param>
    /// <param name="bias">One value per output channel, or null.</param>
    /// <param name="scratch">Receives the image with its border, of <see cref="BorderLength"/> elements, and then points behind it.</param>
    /// <param name="inH">The height of the image.</param>
    /// <param name="inW">The width of the image.</param>
    /// <param name="inC">The channels of the image.</param>
    /// <param name="outH">The height of the result.</param>
    /// <param name="outW">The width of the result.</param>
    /// <param name="outC">The channels of the result.</param>
    /// <param name="kernelH">The kernel's height.</param>
    /// <param name="kernelW">The kernel's width.</param>
    /// <param name="strideH">The vertical stride.</param>
    /// <param name="strideW">The horizontal stride.</param>
    /// <param name="padTop">The zero rows above the image.</param>
    /// <param name="padLeft">The zero columns left of the image.</param>
    /// <param name="activation">The function applied to the result.</param>
    /// <param name="alpha">Its first parameter.</param>
    /// <param name="beta">Its second parameter.</param>
    internal static F32ConvLines Of(
        float* x,
        float* w,
        float* bias,
        ref float* scratch,
        int inH,
        int inW,
        int inC,
        int outH,
        int outW,
        int outC,
        int kernelH,
        int kernelW,
        int strideH,
        int strideW,
        int padTop,
        int padLeft,
        Activation activation,
        float alpha,
        float beta)
    {
        int width = inW;
        int border = BorderLength(inH, inW, inC, outH, outW, kernelH, kernelW, strideH, strideW, padTop, padLeft);
        if (border > 0)
        {
            width = ConvGeometry.Reach(outW, kernelW, strideW, 1);
            ZeroBorder.Copy(x, scratch, inH, inW, inC, ConvGeometry.Reach(outH, kernelH, strideH, 1), width, padTop, padLeft);
            x = scratch;
            scratch += border;
        }

        F32GemmTask task = F32ConvGroups.TaskOf(width, inC, outW, outC, kernelH, kernelW, strideH, strideW, 1, 1, 1, out bool isContiguous);
        task.SetActivation(activation, alpha, beta);
        return new F32ConvLines
        {
            X = x,
            W = w,
            Bias = bias,
            _task = task,
            _lineStep = (nint)strideH * width * inC,
            _outW = outW,
            _outC = outC,
            _depth = kernelH * kernelW * inC,
            _isContiguous = isContiguous,
        };
    }

    /// <summary>Computes some lines.</summary>
    /// <param name="first">The first line.</param>
    /// <param name="end">The end of the lines.</param>
    /// <param name="lines">Receives them.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal readonly void Run(int first, int end, float* lines)
    {
        F32GemmTask task = _task;
        var products = new F32ConvGroups
        {
            Task = &task,
            X = X + (first * _lineStep),
            W = W,
            Bias = Bias,
            Y = lines,
            Groups = 1,
            Pixels = (end - first) * _outW,
            OutPerGroup = _outC,
            Depth = _depth,
            IsContiguous = _isContiguous,
        };
        products.Run();
    }
}
