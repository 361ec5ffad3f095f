using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>
/// Convolution (ONNX Conv 11) over NHWC with a kernel of 3x3, stride 1 and dilation 1 by minimal filtering: a block of tiles is transformed, multiplied at
/// each of the 36 points as a matrix, and transformed back.
/// </summary>
/// <remarks><see cref="WinogradPoints"/> says why the results differ from those of <see cref="Conv"/> by more than the order of a sum's terms.</remarks>
public static unsafe class WinogradConv
{
    /// <summary>Tells the number of scratch elements of a convolution.</summary>
    /// <inheritdoc cref="F32"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int ScratchLength(int batch, int outH, int outW, int inC) => WinogradTask.Of(batch, outH, outW, inC).ScratchLength;

    /// <summary>Tells the number of scratch elements that is enough for results of any size.</summary>
    /// <param name="inC">The channels of an image.</param>
    public static int GreatestScratchLength(int inC) => WinogradTask.Of(1, WinogradTask.MostBlockTiles(inC) * WinogradPoints.TileSize, WinogradPoints.TileSize, inC).ScratchLength;

    /// <summary>Computes y = activation(conv(x, w) + bias + residual).</summary>
    /// <param name="x">The images, [batch, inH, inW, inC].</param>
    /// <param name="w">The weights, packed by <see cref="WinogradPacking.Pack"/>.</param>
    /// <param name="bias">One value per output channel, [outC], or empty.</param>
    /// <param name="residual">A summand shaped like <paramref name="y"/>, or empty; it may be <paramref name="y"/>.</param>
    /// <param name="y">The result, [batch, outH, outW, outC].</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/> elements.</param>
    /// <param name="batch">The number of images.</param>
    /// <param name="inH">The height of an image.</param>
    /// <param name="inW">The width of an image.</param>
    /// <param name="inC">The channels of an image.</param>
    /// <param name="outH">The height of a result; with it the pad at the bottom is implied.</param>
    /// <param name="outW">The width of a result; with it the pad at the right is implied.</param>
    /// <param name="outC">The channels of a result.</param>
    /// <param name="padTop">The zero rows above the image.</param>
    /// <param name="padLeft">The zero columns left of the image.</param>
    /// <param name="activation">The function applied to the result.</param>
    /// <param name="alpha">Its first parameter.</param>
    /// <param name="beta">Its second parameter.</param>
    /// <exception cref="ArgumentException">A span is shorter than the sizes say, or a size is out of range.</exception>
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
        int padTop,
        int padLeft,
        Activation activation,
        float alpha,
        float beta)
    {
        ConvGeometry.CheckGroups(inC, outC, 1);
        ConvGeometry.CheckWindow(batch, inH, inW, outH, outW, 3, 3, 1, 1, padTop, padLeft, 1, 1);
        WinogradTask task = WinogradTask.Of(batch, outH, outW, inC);
        Throw.IfShorter(x.Length, (long)batch * inH * inW * inC, nameof(x));
        Throw.IfShorter(w.Length, WinogradPacking.PackedLength(outC, inC), nameof(w));
        Throw.IfPresentAndShorter(bias.Length, outC, nameof(bias));
        Throw.IfPresentAndShorter(residual.Length, (long)batch * outH * outW * outC, nameof(residual));
        Throw.IfShorter(y.Length, (long)batch * outH * outW * outC, nameof(y));
        Throw.IfShorter(scratch.Length, task.ScratchLength, nameof(scratch));
        task.InH = inH;
        task.InW = inW;
        task.OutC = outC;
        task.PadTop = padTop;
        task.PadLeft = padLeft;
        F32GemmTask product = F32GemmTask.Contiguous(task.BlockTiles, WinogradPacking.BlockChannels, inC, activation, alpha, beta);
        task.Min = product.Min;
        task.Max = product.Max;
        fixed (float* xp = x, wp = w, biasp = bias, residualp = residual, yp = y, bordered = scratch)
        {
            task.HasResidual = residualp != null;
            task.ResidualOffset = task.HasResidual ? (nint)(residualp - yp) : 0;
            var work = new WinogradWork { Task = &task, Function = &product, X = xp, W = wp, Bias = biasp, Y = yp, Memory = bordered };
            work.Run();
        }
    }

    /// <summary>Multiplies the data of a block of tiles with the weights of a block of output channels, point by point.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void Multiply(WinogradTask* task, float* data, float* w, float* products, int tiles, int channels)
    {
        int columns = (channels + GemmPacking.PanelWidth - 1) / GemmPacking.PanelWidth * GemmPacking.PanelWidth;
        F32GemmTask product = F32GemmTask.Contiguous(tiles, columns, task->InC, Activation.None, 0f, 0f);
        product.RowStride = task->DataStride;
        product.YStride = WinogradPacking.BlockChannels;

        if (!Avx512F.IsSupported && WinogradProduct6x16.IsSupported)
        {
            WinogradProduct6x16.Run(&product, data, task->DataPointStride, w, products, task->ProductPointStride, tiles, columns);
            return;
        }

        // Tiles of nearly equal height: none is so low that its few accumulators cannot hide the latency of the multiply-add.
        int parts = (tiles + WinogradProduct14x32.MaxRows - 1) / WinogradProduct14x32.MaxRows;
        int rows = tiles / parts;
        int higher = tiles % parts;
        for (int point = 0; point < WinogradPoints.Products; point++)
        {
            if (Avx512F.IsSupported)
            {
                Rows(task, 0, higher, rows + 1, data, w, products, columns);
                int first = higher * (rows + 1);
                Rows(task, higher, parts - higher, rows, data + (first * task->DataStride), w, products + (first * WinogradPacking.BlockChannels), columns);
            }
            else
            {
                F32GemmDriver.Run(&product, data, w, products, null, null, tiles, columns);
            }

            data += task->DataPointStride;
            w += (nint)columns * task->InC;
            products += task->ProductPointStride;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Rows(WinogradTask* task, int before, int count, int rows, float* data, float* w, float* products, int columns)
    {
        if (count == 0)
        {
            return;
        }

        if (columns == WinogradPacking.BlockChannels)
        {
            // Each tile of a point fetches a panel of the next points, which follow in memory.
            nint panelStride = (nint)task->InC * GemmPacking.PanelWidth;
            WinogradProduct14x32.Run(rows, count, data, task->DataStride, task->InC, w, panelStride, products, WinogradPacking.BlockChannels, (2 + before) * panelStride);
        }
        else if (task->OutC <= WinogradPairs14x16.Columns)
        {
            WinogradPairs14x16.Run(rows, count, data, task->DataStride, task->InC, w, products, WinogradPacking.BlockChannels);
        }
        else
        {
            WinogradProduct14x16.Run(rows, count, data, task->DataStride, task->InC, w, products, WinogradPacking.BlockChannels);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void TransformBack(WinogradTask* task, F32GemmTask* function, float* products, float* bias, float* y, int firstTile, int tiles, int channels)
    {
        nint lineStride = (nint)task->OutW * task->OutC;
        for (int tile = firstTile; tile < firstTile + tiles; tile++)
        {
            int column = tile % task->TilesX * WinogradPoints.TileSize;
            int tileLine = tile / task->TilesX;
            int line = tileLine % task->TilesY * WinogradPoints.TileSize;
            int image = tileLine / task->TilesY;
            nint offset = ((((nint)image * task->OutH) + line) * lineStride) + ((nint)column * task->OutC);
            int lines = Math.Min(WinogradPoints.TileSize, task->OutH - line);
            int columns = Math.Min(WinogradPoints.TileSize, task->OutW - column);
            WinogradResult.Tile(task, products, bias, y + offset, lines, columns, channels);
            products += WinogradPacking.BlockChannels;
            if (function->Activation != Activation.None)
            {
                for (int l = 0; l < lines; l++)
                {
                    ActivationKernels.ApplyRows(y + offset + (l * lineStride), task->OutC, columns, channels, function->Activation, function->Alpha, function->Beta);
                }
            }
        }
    }
}
