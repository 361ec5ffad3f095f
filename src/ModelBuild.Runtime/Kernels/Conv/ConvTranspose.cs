using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>
/// Transposed convolution (ONNX ConvTranspose 11) over NHWC: for every line of the image one product with the weights of all kernel positions, whose columns
/// are then added where they belong.
/// </summary>
public static unsafe class ConvTranspose
{
    /// <summary>The lines of the image at least behind the rows of one thread: it computes those that reach over its rows too.</summary>
    private const int LeastLines = 4;

    /// <summary>Tells the number of scratch elements of a transposed convolution.</summary>
    /// <param name="inW">The width of an image.</param>
    /// <param name="outC">The channels of a result.</param>
    /// <param name="kernelH">The kernel's height.</param>
    /// <param name="kernelW">The kernel's width.</param>
    /// <param name="groups">The number of groups.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ScratchLength(int inW, int outC, int kernelH, int kernelW, int groups) =>
        checked(inW * Columns(outC, kernelH, kernelW, groups));

    // Whole panels, whose last columns are zeros: a part of a panel takes longer to store.
    private static int Columns(int outC, int kernelH, int kernelW, int groups) => GemmPacking.PackedLength(checked(kernelH * kernelW * (outC / groups)), 1);

    /// <summary>Computes y = activation(convTranspose(x, w) + bias + residual).</summary>
    /// <param name="x">The images, [batch, inH, inW, inC].</param>
    /// <param name="w">The weights, packed by <see cref="ConvTransposePacking.Pack"/>.</param>
    /// <param name="bias">One value per output channel, [outC], or empty.</param>
    /// <param name="residual">A summand shaped like <paramref name="y"/>, or empty; it may be <paramref name="y"/>.</param>
    /// <param name="y">The result, [batch, outH, outW, outC].</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/> elements.</param>
    /// <param name="batch">The number of images.</param>
    /// <param name="inH">The height of an image.</param>
    /// <param name="inW">The width of an image.</param>
    /// <param name="inC">The channels of an image.</param>
    /// <param name="outH">The height of a result; with it the pad at the bottom and the output padding are implied.</param>
    /// <param name="outW">The width of a result; with it the pad at the right and the output padding are implied.</param>
    /// <param name="outC">The channels of a result.</param>
    /// <param name="kernelH">The kernel's height.</param>
    /// <param name="kernelW">The kernel's width.</param>
    /// <param name="strideH">The vertical stride.</param>
    /// <param name="strideW">The horizontal stride.</param>
    /// <param name="padTop">The rows cut off at the top.</param>
    /// <param name="padLeft">The columns cut off at the left.</param>
    /// <param name="dilationH">The vertical distance of kernel elements.</param>
    /// <param name="dilationW">The horizontal distance of kernel elements.</param>
    /// <param name="groups">The number of groups of channels that are convolved apart.</param>
    /// <param name="activation">The function applied to the result.</param>
    /// <param name="alpha">Its first parameter.</param>
    /// <param name="beta">Its second parameter.</param>
    /// <exception cref="ArgumentException">A span is shorter than the sizes say, or a size is out of range.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void F32(
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> w,
        ReadOnlySpan<float> bias,
        ReadOnlySpan<float> residual,
        Span<float> y,
        Span<float> scratch,
        int batch,
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
        int dilationH,
        int dilationW,
        int groups,
        Activation activation,
        float alpha,
        float beta)
    {
        ConvGeometry.CheckGroups(inC, outC, groups);
        ConvGeometry.CheckWindow(batch, inH, inW, outH, outW, kernelH, kernelW, strideH, strideW, padTop, padLeft, dilationH, dilationW);
        Throw.IfShorter(x.Length, (long)batch * inH * inW * inC, nameof(x));
        Throw.IfShorter(w.Length, ConvTransposePacking.PackedLength(outC, inC, kernelH, kernelW, groups), nameof(w));
        Throw.IfPresentAndShorter(bias.Length, outC, nameof(bias));
        Throw.IfPresentAndShorter(residual.Length, (long)batch * outH * outW * outC, nameof(residual));
        Throw.IfShorter(y.Length, (long)batch * outH * outW * outC, nameof(y));
        Throw.IfShorter(scratch.Length, ScratchLength(inW, outC, kernelH, kernelW, groups), nameof(scratch));
        int columns = Columns(outC, kernelH, kernelW, groups);
        F32GemmTask task = F32GemmTask.Contiguous(inW, columns, inC / groups, Activation.None, 0f, 0f);
        task.RowStride = inC;
        fixed (float* xp = x, wp = w, biasp = bias, residualp = residual, yp = y, products = scratch)
        {
            for (int image = 0; image < batch; image++)
            {
                nint outputs = image * ((nint)outH * outW * outC);
                var rows = new F32ConvTransposeRows
                {
                    Product = task,
                    X = xp + (image * ((nint)inH * inW * inC)),
                    W = wp,
                    Bias = biasp,
                    Residual = residualp == null ? null : residualp + outputs,
                    Y = yp + outputs,
                    Products = products,
                    InH = inH,
                    InW = inW,
                    InC = inC,
                    OutW = outW,
                    OutC = outC,
                    KernelH = kernelH,
                    KernelW = kernelW,
                    StrideH = strideH,
                    StrideW = strideW,
                    PadTop = padTop,
                    PadLeft = padLeft,
                    DilationH = dilationH,
                    DilationW = dilationW,
                    Groups = groups,
                    Function = activation,
                    Alpha = alpha,
                    Beta = beta,
                };
                long work = (long)inH * inW * inC * columns;
                if (ThreadTeam.For(work) is { } team)
                {
                    SharedRange.Run(team, rows, outH, LeastLines * strideH, work);
                }
                else
                {
                    rows.Run(0, outH);
                }
            }
        }
    }
}
