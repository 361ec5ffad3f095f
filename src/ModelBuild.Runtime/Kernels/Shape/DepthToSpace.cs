namespace ModelBuild.Kernels;

/// <summary>Moves blocks of channels to positions and back, in NHWC (ONNX DepthToSpace 13, SpaceToDepth 13).</summary>
public static class DepthToSpace
{
    /// <summary>y[n, h * block + i, w * block + j, c] = x[n, h, w, k] with k = (i * block + j) * outC + c (DCR) or (c * block + i) * block + j (CRD).</summary>
    /// <param name="x">The operand [batch, inH, inW, channels].</param>
    /// <param name="y">The result [batch, inH * block, inW * block, channels / block^2]; must not overlap <paramref name="x"/>.</param>
    /// <param name="batch">The number of images.</param>
    /// <param name="inH">The rows of the operand.</param>
    /// <param name="inW">The columns of the operand.</param>
    /// <param name="channels">The channels of the operand, a multiple of block^2.</param>
    /// <param name="block">The length of a block.</param>
    /// <param name="columnRowDepth">Whether the mode is CRD, else DCR.</param>
    public static void Run<T>(ReadOnlySpan<T> x, Span<T> y, int batch, int inH, int inW, int channels, int block, bool columnRowDepth)
        where T : unmanaged
    {
        int outC = CheckBlock(channels, block);
        if (columnRowDepth)
        {
            Transpose.Run(x, y, [batch, inH, inW, outC, block, block], [0, 1, 4, 2, 5, 3]);
        }
        else
        {
            Transpose.Run(x, y, [batch, inH, inW, block, block, outC], [0, 1, 3, 2, 4, 5]);
        }
    }

    /// <summary>y[n, h, w, (i * block + j) * channels + c] = x[n, h * block + i, w * block + j, c] (SpaceToDepth).</summary>
    /// <param name="x">The operand [batch, outH * block, outW * block, channels].</param>
    /// <param name="y">The result [batch, outH, outW, channels * block^2]; must not overlap <paramref name="x"/>.</param>
    /// <param name="batch">The number of images.</param>
    /// <param name="outH">The rows of the result.</param>
    /// <param name="outW">The columns of the result.</param>
    /// <param name="channels">The channels of the operand.</param>
    /// <param name="block">The length of a block.</param>
    public static void Reverse<T>(ReadOnlySpan<T> x, Span<T> y, int batch, int outH, int outW, int channels, int block)
        where T : unmanaged =>
        Transpose.Run(x, y, [batch, outH, block, outW, block, channels], [0, 1, 3, 2, 4, 5]);

    private static int CheckBlock(int channels, int block)
    {
        if (block <= 0 || channels % (block * block) != 0)
        {
            Throw.OutOfRange(nameof(block), block, "The square of the block must divide the number of channels.");
        }

        return channels / (block * block);
    }
}
