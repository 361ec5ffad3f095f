using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>What the convolution entries check and compute before they touch memory.</summary>
internal static class ConvGeometry
{
    /// <summary>Throws unless the groups divide both channel counts.</summary>
    internal static void CheckGroups(int inC, int outC, int groups)
    {
        Throw.IfBelow(groups, 1, nameof(groups));
        Throw.IfBelow(inC, 1, nameof(inC));
        Throw.IfBelow(outC, 1, nameof(outC));
        if (inC % groups != 0 || outC % groups != 0)
        {
            Undivided(inC, outC, groups);
        }
    }

    /// <summary>Throws unless all sizes, strides and dilations are at least 1 and the pads at least 0.</summary>
    internal static void CheckWindow(
        int batch,
        int inH,
        int inW,
        int outH,
        int outW,
        int kernelH,
        int kernelW,
        int strideH,
        int strideW,
        int padTop,
        int padLeft,
        int dilationH,
        int dilationW)
    {
        Throw.IfBelow(batch, 0, nameof(batch));
        Throw.IfBelow(inH, 1, nameof(inH));
        Throw.IfBelow(inW, 1, nameof(inW));
        Throw.IfBelow(outH, 1, nameof(outH));
        Throw.IfBelow(outW, 1, nameof(outW));
        Throw.IfBelow(kernelH, 1, nameof(kernelH));
        Throw.IfBelow(kernelW, 1, nameof(kernelW));
        Throw.IfBelow(strideH, 1, nameof(strideH));
        Throw.IfBelow(strideW, 1, nameof(strideW));
        Throw.IfBelow(padTop, 0, nameof(padTop));
        Throw.IfBelow(padLeft, 0, nameof(padLeft));
        Throw.IfBelow(dilationH, 1, nameof(dilationH));
        Throw.IfBelow(dilationW, 1, nameof(dilationW));
    }

    /// <summary>Throws unless every window has a row inside of the image.</summary>
    internal static void CheckRows(int inH, int outH, int kernelH, int strideH, int padTop)
    {
        if (padTop >= kernelH || ((outH - 1) * strideH) - padTop >= inH)
        {
            Throw.Argument("Every window must have a row inside of the image.", nameof(padTop));
        }
    }

    /// <summary>Throws unless the sizes, stride and dilation along the depth are at least 1 and the pad at least 0.</summary>
    internal static void CheckDepth(int inD, int outD, int kernelD, int strideD, int padFront, int dilationD)
    {
        Throw.IfBelow(inD, 1, nameof(inD));
        Throw.IfBelow(outD, 1, nameof(outD));
        Throw.IfBelow(kernelD, 1, nameof(kernelD));
        Throw.IfBelow(strideD, 1, nameof(strideD));
        Throw.IfBelow(padFront, 0, nameof(padFront));
        Throw.IfBelow(dilationD, 1, nameof(dilationD));
    }

    [DoesNotReturn]
    private static void Undivided(int inC, int outC, int groups) =>
        Throw.Argument($"{groups} groups do not divide {inC} input and {outC} output channels.", nameof(groups));

    /// <summary>Tells how many positions, pads included, the windows of all outputs reach over along one axis.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Reach(int outputs, int kernel, int stride, int dilation) =>
        checked(((outputs - 1) * stride) + ((kernel - 1) * dilation) + 1);
}
