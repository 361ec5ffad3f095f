using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>
/// Depthwise convolution of 3 x 3 by 256-bit dot products: 32 bytes at a time, a line of the input is rearranged once, so that each integer holds four neighbouring columns of a channel,
/// which are the taps of one row for one output or, with the weights moved by one, of two. Where there are fewer channels the 32 bytes are those of neighbouring pixels.
/// </summary>
internal static unsafe class AvxVnniDepthwise
{
    /// <summary>The most outputs of a line that wait for their conversion.</summary>
    private const int WaitingOutputs = 64;

    /// <summary>The most groups of a line: those of as many outputs, and one more where two outputs share a group.</summary>
    private const int MaxGroups = WaitingOutputs + 1;

    private const int Lanes = AvxVnniDepthwiseLines.Lanes;
    private const int KernelRows = AvxVnniDepthwiseLines.KernelRows;

    /// <summary>Bytes of a line of pixels with its pads, where pixels have fewer channels than <see cref="Lanes"/>.</summary>
    private const int PixelBytes = (MaxGroups + 2) * Lanes;

    /// <summary>Bytes of input that stay in a second-level cache while the channels pass by.</summary>
    private const int BandBytes = 128 << 10;

    /// <summary>Whether the problem is of this form.</summary>
    internal static bool Takes<TEpilogue>(DepthwiseProblem* problem)
        where TEpilogue : struct, IDotEpilogue =>
        AvxVnni.IsSupported && problem->KernelH == KernelRows && problem->KernelW == 3 && problem->DilationH == 1 && problem->DilationW == 1 && problem->StrideW is 1 or 2
        && problem->WeightZeroPoints == null && (problem->Channels >= Lanes || TakesPixels<TEpilogue>(problem));

    /// <summary>Computes all of it.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run<TEpilogue>(DepthwiseProblem* problem, ref TEpilogue epilogue)
        where TEpilogue : struct, IDotEpilogue
    {
        Unsafe.SkipInit(out AvxVnniDepthwiseBlock block);
        byte* lines = stackalloc byte[(KernelRows * MaxGroups * AvxVnniDepthwiseLines.GroupBytes) + PixelBytes];
        int* tile = stackalloc int[(WaitingOutputs + 2) * Lanes];
        block.Lines = lines;
        block.Pixels = lines + (KernelRows * MaxGroups * AvxVnniDepthwiseLines.GroupBytes);
        block.Tile = tile;
        bool hasPixels = problem->Channels < Lanes;
        int strip = hasPixels ? problem->OutW : Math.Min(problem->OutW, WaitingOutputs);
        long lineBytes = (long)problem->InW * problem->Channels * problem->StrideH;
        int band = problem->Channels <= Lanes ? problem->OutH : (int)Math.Clamp(BandBytes / Math.Max(lineBytes, 1), 2 * KernelRows, problem->OutH + (2 * KernelRows));
        for (int image = 0; image < problem->Batch; image++)
        {
            for (int from = 0; from < problem->OutH; from += band)
            {
                int to = Math.Min(problem->OutH, from + band);
                for (int next = 0; next < problem->Channels; next += Lanes)
                {
                    // The last block is shifted back over the one before it: the same values are stored twice.
                    block.Load(problem, hasPixels ? 0 : Math.Min(next, problem->Channels - Lanes));
                    for (int column = 0; column < problem->OutW; column += strip)
                    {
                        Strip(problem, ref epilogue, &block, image, from, to, column, Math.Min(strip, problem->OutW - column));
                    }
                }
            }
        }
    }

    /// <summary>8 or 16 channels, whose neighbouring pixels are results one behind the other.</summary>
    private static bool TakesPixels<TEpilogue>(DepthwiseProblem* problem) =>
        problem->StrideW == 1 && problem->OutW * problem->Channels <= WaitingOutputs * Lanes
        && (problem->Channels == DotPanel.Columns || (problem->Channels == DotPanel.Columns / 2 && problem->OutW % 2 == 0 && problem->FirstRow % 2 == 0 && typeof(TEpilogue) == typeof(DotToU8)));

    /// <summary>Some columns of the lines of a band, for one block of channels.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Strip<TEpilogue>(DepthwiseProblem* problem, ref TEpilogue epilogue, AvxVnniDepthwiseBlock* block, int image, int from, int to, int column, int columns)
        where TEpilogue : struct, IDotEpilogue
    {
        bool hasPixels = problem->Channels < Lanes;
        int outputs = hasPixels ? ((columns * problem->Channels) + Lanes - 1) / Lanes : columns;
        bool arePairs = !hasPixels && problem->StrideW == 1;
        int groups = arePairs ? (outputs + 1) / 2 : outputs;
        int elements = hasPixels ? columns * problem->Channels : columns * Lanes;
        int most = column == 0 && columns == problem->OutW ? Math.Max(1, WaitingOutputs * Lanes / elements) : 1;
        int* has = stackalloc int[KernelRows];
        new Span<int>(has, KernelRows).Fill(int.MinValue);
        int waiting = 0;
        byte** rows = stackalloc byte*[KernelRows];
        nint* steps = stackalloc nint[KernelRows];
        for (int oy = from; oy < to; oy++)
        {
            for (int k = 0; k < KernelRows; k++)
            {
                int y = (oy * problem->StrideH) - problem->PadTop + k;
                bool isInside = (uint)y < (uint)problem->InH;
                int slot = isInside ? y % KernelRows : 0;
                byte* line = block->Lines + (slot * MaxGroups * AvxVnniDepthwiseLines.GroupBytes);
                if (isInside && has[slot] != y)
                {
                    AvxVnniDepthwiseLines.Arrange(problem, block, image, y, (column * problem->StrideW) - problem->PadLeft, groups, line);
                    has[slot] = y;
                }

                rows[k] = isInside ? line : block->Outside;
                steps[k] = isInside ? AvxVnniDepthwiseLines.GroupBytes : 0;
            }

            AvxVnniDepthwiseLines.Sum(rows, steps, block, groups, arePairs, block->Tile + (waiting * elements));
            if (++waiting == most || oy == to - 1)
            {
                nint first = problem->FirstRow + ((((nint)image * problem->OutH) + oy - waiting + 1) * problem->OutW) + column;
                Store(problem, ref epilogue, block, first, waiting * columns);
                waiting = 0;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Store<TEpilogue>(DepthwiseProblem* problem, ref TEpilogue epilogue, AvxVnniDepthwiseBlock* block, nint first, int outputs)
        where TEpilogue : struct, IDotEpilogue
    {
        float* scales = problem->Scales == null ? null : block->Scales;
        float* floatBias = problem->FloatBias == null ? null : block->FloatBias;
        if (problem->Channels == DotPanel.Columns)
        {
            epilogue.Store(block->Tile, DotPanel.Columns, first, outputs, 0, DotPanel.Columns, scales, floatBias);
        }
        else if (problem->Channels < DotPanel.Columns)
        {
            // Two pixels are one row.
            DotToU8 pairs = Unsafe.As<TEpilogue, DotToU8>(ref epilogue);
            pairs.Stride = DotPanel.Columns;
            pairs.Store(block->Tile, DotPanel.Columns, first / 2, outputs / 2, 0, DotPanel.Columns, scales, null);
        }
        else
        {
            float* upperBias = floatBias == null ? null : floatBias + DotPanel.Columns;
            float* upperScales = scales == null ? null : scales + DotPanel.Columns;
            epilogue.Store(block->Tile, Lanes, first, outputs, block->Channel, DotPanel.Columns, scales, floatBias);
            epilogue.Store(block->Tile + DotPanel.Columns, Lanes, first, outputs, block->Channel + DotPanel.Columns, DotPanel.Columns, upperScales, upperBias);
        }
    }
}
