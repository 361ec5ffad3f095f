using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>The rows of a convolution over planes.</summary>
internal unsafe struct PlanarConvRows : ISharedRange
{
    public PlanarLines Lines;
    public float* W;
    public float* Bias;
    public float* Y;
    public float* Scratch;
    public int BandRows;
    public int OutH;
    public int OutW;
    public int OutC;
    public int KernelH;
    public int KernelW;
    public int StrideH;
    public int DilationH;
    public int DilationW;
    public float Min;
    public float Max;
    public Activation Activation;
    public float Alpha;
    public float Beta;

    private const int Block = PlanarConvPacking.ChannelsTogether;

    private readonly int BandLines => ConvGeometry.Reach(BandRows, KernelH, StrideH, DilationH);

    /// <inheritdoc/>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run(nint first, nint end)
    {
        nint channelStride = (nint)BandLines * Lines.Length;
        float* band = ThreadTeam.Memory(Scratch, Lines.InC * channelStride);
        nint* offsets = stackalloc nint[PlanarConv.MostTaps];
        int taps = Offsets(offsets, channelStride);
        float* lastBias = stackalloc float[Block];
        int lastChannels = OutC % Block;
        for (int k = 0; k < Block; k++)
        {
            lastBias[k] = Bias != null && k < lastChannels ? Bias[OutC - lastChannels + k] : 0f;
        }

        while (first < end)
        {
            nint image = first / OutH;
            int row = (int)(first - (image * OutH));
            int rows = (int)Math.Min(Math.Min(BandRows, OutH - row), end - first);
            Lines.Copy(image, row * StrideH, ConvGeometry.Reach(rows, KernelH, StrideH, DilationH), band, channelStride);
            for (int r = 0; r < rows; r++, first++)
            {
                float* y = Y + (first * OutW * OutC);
                float* x = band + ((nint)r * StrideH * Lines.Length);
                if (Avx512F.IsSupported)
                {
                    Pixels(x, offsets, taps, lastBias, y);
                }
                else if (Vector256.IsHardwareAccelerated)
                {
                    Row<Vector256<float>, FloatLanes.Lanes8>(x, offsets, taps, 0, lastBias, y);
                }
                else
                {
                    Row<Vector128<float>, FloatLanes.Lanes4>(x, offsets, taps, 0, lastBias, y);
                }

                if (Activation != Activation.None)
                {
                    ActivationKernels.Apply(y, (nint)OutW * OutC, Activation, Alpha, Beta);
                }
            }
        }
    }

    /// <summary>The places of a window's elements, in the order of the weights, from that of its first; tells how many.</summary>
    private readonly int Offsets(nint* offsets, nint channelStride)
    {
        int taps = 0;
        int apart = Lines.Length / Lines.StrideW;
        for (int channel = 0; channel < Lines.InC; channel++)
        {
            for (int ky = 0; ky < KernelH; ky++)
            {
                for (int kx = 0; kx < KernelW; kx++)
                {
                    int column = kx * DilationW;
                    offsets[taps++] = (channel * channelStride) + ((nint)ky * DilationH * Lines.Length) + ((nint)(column % Lines.StrideW) * apart) + (column / Lines.StrideW);
                }
            }
        }

        return taps;
    }

    /// <summary>One row by vectors of channels, and the channels that are left over by vectors of pixels.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Pixels(float* x, nint* offsets, int taps, float* lastBias, float* y)
    {
        float* zeros = stackalloc float[PlanarPixels32Avx512.Channels];
        new Span<float>(zeros, PlanarPixels32Avx512.Channels).Clear();
        int channel = 0;
        while (OutC - channel >= Block)
        {
            int left = OutC - channel;
            float* w = W + ((nint)channel * taps);
            float* bias = Bias == null ? zeros : Bias + channel;
            channel += left >= PlanarPixels32Avx512.Channels ? Pixels<PlanarPixels32Avx512>(x, offsets, taps, w, bias, y + channel)
                : left >= PlanarPixels16Avx512.Channels ? Pixels<PlanarPixels16Avx512>(x, offsets, taps, w, bias, y + channel)
                : Pixels<PlanarPixels8Avx512>(x, offsets, taps, w, bias, y + channel);
        }

        if (channel < OutC)
        {
            Row<Vector512<float>, FloatLanes.Lanes16>(x, offsets, taps, channel, lastBias, y);
        }
    }

    /// <summary>Some channels of one row; tells how many.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly int Pixels<TForm>(float* x, nint* offsets, int taps, float* w, float* bias, float* y)
        where TForm : struct, IPlanarPixels
    {
        int pixels = TilePixels(PlanarPixels<TForm>.MostPixels, TForm.PixelsTogether);
        for (int column = 0; column < OutW; column += pixels)
        {
            // The last pixels are computed twice where the width is no multiple.
            int start = Math.Min(column, OutW - pixels);
            PlanarPixels<TForm>.Run(pixels, x + start, offsets, taps, w, bias, Min, Max, y + ((nint)start * OutC), OutC);
        }

        return TForm.Channels;
    }

    /// <summary>The pixels of a tile: as many in all, rounded up, and no more than a row has.</summary>
    private readonly int TilePixels(int most, int together)
    {
        int tiles = (OutW + most - 1) / most;
        while (true)
        {
            int pixels = (OutW + (tiles * together) - 1) / (tiles * together) * together;
            if (pixels <= OutW)
            {
                return pixels;
            }

            tiles++;
        }
    }

    /// <summary>One row: up to three vectors of pixels at once where there are registers for their sums; the last ones are done twice where the width is no multiple.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Row<TVector, TLanes>(float* x, nint* offsets, int taps, int firstChannel, float* lastBias, float* y)
        where TVector : struct
        where TLanes : IFloatLanes<TVector>
    {
        // Aligned: a vector over two cache lines that has just been stored cannot be loaded before it has arrived there.
        float* unaligned = stackalloc float[(Block * 3 * TLanes.Count) + (ModelBuild.Scratch.Alignment / sizeof(float))];
        float* tile = (float*)(((nint)unaligned + ModelBuild.Scratch.Alignment - 1) & ~(nint)(ModelBuild.Scratch.Alignment - 1));
        float* zeros = stackalloc float[Block];
        new Span<float>(zeros, Block).Clear();
        int most = TLanes.Count == 8 ? 1 : 3;
        int column = 0;
        while (column < OutW)
        {
            int vectors = Math.Clamp(Math.Min((OutW - column + TLanes.Count - 1) / TLanes.Count, OutW / TLanes.Count), 1, most);
            int pixels = vectors * TLanes.Count;
            column = Math.Min(column, OutW - pixels);
            for (int channel = firstChannel; channel < OutC; channel += Block)
            {
                int channels = Math.Min(Block, OutC - channel);
                float* bias = channels < Block ? lastBias : Bias == null ? zeros : Bias + channel;
                float* w = W + ((nint)channel * taps);
                if (vectors == 3)
                {
                    PlanarConvTile.Triple<TVector, TLanes>(x + column, offsets, taps, w, bias, Min, Max, tile);
                }
                else if (vectors == 2)
                {
                    PlanarConvTile.Pair<TVector, TLanes>(x + column, offsets, taps, w, bias, Min, Max, tile);
                }
                else
                {
                    PlanarConvTile.Single<TVector, TLanes>(x + column, offsets, taps, w, bias, Min, Max, tile);
                }

                PlanarConvStore.Run(tile, pixels, y + ((nint)column * OutC) + channel, OutC, channels);
            }

            column += pixels;
        }
    }
}
