using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>
/// Depthwise convolution of 16 channels for kernels three columns wide, of stride 1 or 2, with at most one column of pads on either side: tiles of up to four columns whose windows
/// share their inputs, and results that are scaled 16 pixels at a time, across lines.
/// </summary>
/// <remarks>The products are those of <see cref="Avx512Depthwise"/>; a tap outside the image multiplies the input's zero point.</remarks>
internal static unsafe class Avx512DepthwiseWidth3
{
    private const int Lanes = 16;
    private const int TileColumns = 4;
    private const int MaxKernelH = 8;

    // The results of at most so many pixels wait; tiles add up to FlushPixels more.
    private const int FlushPixels = 16;

    // A half of a first-level cache of 48 KB.
    private const int CachedBytes = 24576;

    /// <summary>Whether the problem is of this form.</summary>
    internal static bool Takes(DepthwiseProblem* problem) =>
        problem->KernelW == 3 && problem->KernelH <= MaxKernelH && problem->DilationW == 1 && problem->StrideW is 1 or 2 && problem->PadLeft <= 1 && problem->Channels >= Lanes
        && problem->WeightZeroPoints == null && LastColumn(problem) <= problem->InW;

    /// <summary>Computes all of it.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run<TEpilogue>(DepthwiseProblem* problem, ref TEpilogue epilogue)
        where TEpilogue : struct, IDotEpilogue
    {
        DepthwiseBlock block = default;
        short* weights = stackalloc short[MaxKernelH * 3 * 2 * Lanes];
        long lineBytes = (long)problem->InW * Math.Min(problem->Channels, 64);
        int lines = (int)Math.Clamp((CachedBytes / lineBytes) - problem->KernelH, 1, problem->OutH);
        for (int image = 0; image < problem->Batch; image++)
        {
            for (int from = 0; from < problem->OutH; from += lines)
            {
                int to = Math.Min(problem->OutH, from + lines);
                for (int next = 0; next < problem->Channels; next += Lanes)
                {
                    // The last block is shifted back over the one before it: the same values are stored twice.
                    int channel = Math.Min(next, problem->Channels - Lanes);
                    block.Load(problem, channel, Lanes);
                    Widen(problem, channel, weights);
                    Lines(problem, ref epilogue, &block, weights, image, from, to, channel);
                }
            }
        }
    }

    private static int LastColumn(DepthwiseProblem* problem) => ((problem->OutW - 1) * problem->StrideW) - problem->PadLeft + 2;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Widen(DepthwiseProblem* problem, int channel, short* weights)
    {
        for (int tap = 0; tap < problem->KernelH * 3; tap++)
        {
            Avx512F.ConvertToVector512Int32(Vector128.Load(problem->W + ((nint)tap * problem->Channels) + channel)).AsInt16().Store(weights + (tap * 2 * Lanes));
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Lines<TEpilogue>(DepthwiseProblem* problem, ref TEpilogue epilogue, DepthwiseBlock* block, short* weights, int image, int from, int to, int channel)
        where TEpilogue : struct, IDotEpilogue
    {
        int* tile = stackalloc int[((2 * FlushPixels) + (2 * TileColumns)) * DotPanel.Columns];
        int* start = stackalloc int[DotPanel.Columns];
        int waiting = 0;
        nint first = problem->FirstRow + ((nint)image * problem->OutH * problem->OutW) + ((nint)from * problem->OutW);
        nint columnStride = (nint)problem->StrideW * problem->Channels;
        // Every row has the same tiles: one at the left edge, whole ones, one at the right edge.
        bool hasRightEdge = LastColumn(problem) >= problem->InW;
        int atLeft = problem->PadLeft > 0 ? Math.Min(TileColumns, problem->OutW) : 0;
        int whole = Math.Max(0, problem->OutW - (hasRightEdge ? 1 : 0) - atLeft) / TileColumns;
        int atRight = problem->OutW - atLeft - (whole * TileColumns);
        var firstTile = Tile(atLeft, true, atRight == 0 && whole == 0 && hasRightEdge);
        var lastTile = Tile(atRight, false, hasRightEdge);
        for (int oy = from; oy < to; oy++)
        {
            var line = new DepthwiseLine(problem, image, oy);
            Start(problem, &line, block->Bias, weights, start);
            byte* x = line.X + (((((nint)line.Top + ((nint)line.Y0 * problem->DilationH)) * problem->InW) - problem->PadLeft) * problem->Channels) + channel;
            short* lineWeights = weights + (line.Y0 * 3 * 2 * Lanes);
            if (atLeft > 0)
            {
                firstTile(problem, &line.Taps, x, lineWeights, start, tile + (waiting * DotPanel.Columns), 1);
                x += atLeft * columnStride;
                waiting += atLeft;
            }

            for (int left = whole; left > 0;)
            {
                int tiles = Math.Min(left, FlushPixels / TileColumns);
                Columns<TileRows.R4, DepthwiseEdges.None>(problem, &line.Taps, x, lineWeights, start, tile + (waiting * DotPanel.Columns), tiles);
                x += tiles * TileColumns * columnStride;
                left -= tiles;
                waiting += tiles * TileColumns;
                if (waiting >= FlushPixels)
                {
                    epilogue.Store(tile, DotPanel.Columns, first, waiting, channel, Lanes, block->Scales, block->FloatBias);
                    first += waiting;
                    waiting = 0;
                }
            }

            if (atRight > 0)
            {
                lastTile(problem, &line.Taps, x, lineWeights, start, tile + (waiting * DotPanel.Columns), 1);
                waiting += atRight;
            }

            if (waiting >= FlushPixels)
            {
                epilogue.Store(tile, DotPanel.Columns, first, waiting, channel, Lanes, block->Scales, block->FloatBias);
                first += waiting;
                waiting = 0;
            }
        }

        if (waiting > 0)
        {
            epilogue.Store(tile, DotPanel.Columns, first, waiting, channel, Lanes, block->Scales, block->FloatBias);
        }
    }

    /// <summary>The bias with the products of the lines above and below the image.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Start(DepthwiseProblem* problem, DepthwiseLine* line, int* bias, short* weights, int* start)
    {
        Vector512<int> sum = Vector512.Load(bias);
        Vector512<short> outside = Vector512.Create(problem->XZeroPoint).AsInt16();
        for (int ky = 0; ky < problem->KernelH; ky++)
        {
            for (int kx = 0; kx < 3 && (ky < line->Y0 || ky >= line->Y1); kx++)
            {
                sum += Avx512BW.MultiplyAddAdjacent(outside, Vector512.Load(weights + (((3 * ky) + kx) * 2 * Lanes)));
            }
        }

        sum.Store(start);
    }

    private static delegate*<DepthwiseProblem*, DepthwiseTaps*, byte*, short*, int*, int*, int, void> Tile(int columns, bool left, bool right) => columns switch
    {
        1 => Tile<TileRows.R1>(left, right),
        2 => Tile<TileRows.R2>(left, right),
        3 => Tile<TileRows.R3>(left, right),
        _ => Tile<TileRows.R4>(left, right),
    };

    private static delegate*<DepthwiseProblem*, DepthwiseTaps*, byte*, short*, int*, int*, int, void> Tile<TColumns>(bool left, bool right)
        where TColumns : struct, ITileRows => (left, right) switch
        {
            (true, true) => &Columns<TColumns, DepthwiseEdges.Both>,
            (true, false) => &Columns<TColumns, DepthwiseEdges.AtLeft>,
            (false, true) => &Columns<TColumns, DepthwiseEdges.AtRight>,
            _ => &Columns<TColumns, DepthwiseEdges.None>,
        };

    /// <summary>Sums the taps of tiles of one to four columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Columns<TColumns, TEdges>(DepthwiseProblem* problem, DepthwiseTaps* taps, byte* x, short* weights, int* start, int* tile, int tiles)
        where TColumns : struct, ITileRows
        where TEdges : struct, IDepthwiseEdges
    {
        nint step = problem->Channels;
        bool isStride1 = problem->StrideW == 1;
        nint tileStride = (nint)TColumns.Count * problem->StrideW * step;
        Vector512<short> outside = Vector512.Create(problem->XZeroPoint).AsInt16();
        for (; tiles > 0; tiles--)
        {
            Vector512<int> sum0 = Vector512.Load(start);
            Vector512<int> sum1 = sum0;
            Vector512<int> sum2 = sum0;
            Vector512<int> sum3 = sum0;
            byte* line = x;
            short* w = weights;
            for (int remaining = taps->CountH; remaining > 0; remaining--)
            {
                byte* p = line;
                Vector512<short> w0 = Vector512.Load(w);
                Vector512<short> w1 = Vector512.Load(w + (2 * Lanes));
                Vector512<short> w2 = Vector512.Load(w + (4 * Lanes));
                Vector512<short> v;
                if (isStride1)
                {
                    v = TEdges.Left ? outside : Avx512F.ConvertToVector512Int32(Vector128.Load(p)).AsInt16();
                    sum0 += Avx512BW.MultiplyAddAdjacent(v, w0);
                    p += step;
                    v = Avx512F.ConvertToVector512Int32(Vector128.Load(p)).AsInt16();
                    sum0 += Avx512BW.MultiplyAddAdjacent(v, w1);
                    if (TColumns.Count > 1)
                    {
                        sum1 += Avx512BW.MultiplyAddAdjacent(v, w0);
                    }

                    p += step;
                    v = TEdges.Right && TColumns.Count == 1 ? outside : Avx512F.ConvertToVector512Int32(Vector128.Load(p)).AsInt16();
                    sum0 += Avx512BW.MultiplyAddAdjacent(v, w2);
                    if (TColumns.Count > 1)
                    {
                        sum1 += Avx512BW.MultiplyAddAdjacent(v, w1);
                    }

                    if (TColumns.Count > 2)
                    {
                        sum2 += Avx512BW.MultiplyAddAdjacent(v, w0);
                    }

                    p += step;
                    if (TColumns.Count > 1)
                    {
                        v = TEdges.Right && TColumns.Count == 2 ? outside : Avx512F.ConvertToVector512Int32(Vector128.Load(p)).AsInt16();
                        sum1 += Avx512BW.MultiplyAddAdjacent(v, w2);
                        if (TColumns.Count > 2)
                        {
                            sum2 += Avx512BW.MultiplyAddAdjacent(v, w1);
                        }

                        if (TColumns.Count > 3)
                        {
                            sum3 += Avx512BW.MultiplyAddAdjacent(v, w0);
                        }
                    }

                    p += step;
                    if (TColumns.Count > 2)
                    {
                        v = TEdges.Right && TColumns.Count == 3 ? outside : Avx512F.ConvertToVector512Int32(Vector128.Load(p)).AsInt16();
                        sum2 += Avx512BW.MultiplyAddAdjacent(v, w2);
                        if (TColumns.Count > 3)
                        {
                            sum3 += Avx512BW.MultiplyAddAdjacent(v, w1);
                        }
                    }

                    p += step;
                    if (TColumns.Count > 3)
                    {
                        v = TEdges.Right && TColumns.Count == 4 ? outside : Avx512F.ConvertToVector512Int32(Vector128.Load(p)).AsInt16();
                        sum3 += Avx512BW.MultiplyAddAdjacent(v, w2);
                    }
                }
                else
                {
                    v = TEdges.Left ? outside : Avx512F.ConvertToVector512Int32(Vector128.Load(p)).AsInt16();
                    sum0 += Avx512BW.MultiplyAddAdjacent(v, w0);
                    p += step;
                    v = Avx512F.ConvertToVector512Int32(Vector128.Load(p)).AsInt16();
                    sum0 += Avx512BW.MultiplyAddAdjacent(v, w1);
                    p += step;
                    v = TEdges.Right && TColumns.Count == 1 ? outside : Avx512F.ConvertToVector512Int32(Vector128.Load(p)).AsInt16();
                    sum0 += Avx512BW.MultiplyAddAdjacent(v, w2);
                    if (TColumns.Count > 1)
                    {
                        sum1 += Avx512BW.MultiplyAddAdjacent(v, w0);
                    }

                    p += step;
                    if (TColumns.Count > 1)
                    {
                        v = Avx512F.ConvertToVector512Int32(Vector128.Load(p)).AsInt16();
                        sum1 += Avx512BW.MultiplyAddAdjacent(v, w1);
                    }

                    p += step;
                    if (TColumns.Count > 1)
                    {
                        v = TEdges.Right && TColumns.Count == 2 ? outside : Avx512F.ConvertToVector512Int32(Vector128.Load(p)).AsInt16();
                        sum1 += Avx512BW.MultiplyAddAdjacent(v, w2);
                        if (TColumns.Count > 2)
                        {
                            sum2 += Avx512BW.MultiplyAddAdjacent(v, w0);
                        }
                    }

                    p += step;
                    if (TColumns.Count > 2)
                    {
                        v = Avx512F.ConvertToVector512Int32(Vector128.Load(p)).AsInt16();
                        sum2 += Avx512BW.MultiplyAddAdjacent(v, w1);
                    }

                    p += step;
                    if (TColumns.Count > 2)
                    {
                        v = TEdges.Right && TColumns.Count == 3 ? outside : Avx512F.ConvertToVector512Int32(Vector128.Load(p)).AsInt16();
                        sum2 += Avx512BW.MultiplyAddAdjacent(v, w2);
                        if (TColumns.Count > 3)
                        {
                            sum3 += Avx512BW.MultiplyAddAdjacent(v, w0);
                        }
                    }

                    p += step;
                    if (TColumns.Count > 3)
                    {
                        v = Avx512F.ConvertToVector512Int32(Vector128.Load(p)).AsInt16();
                        sum3 += Avx512BW.MultiplyAddAdjacent(v, w1);
                    }

                    p += step;
                    if (TColumns.Count > 3)
                    {
                        v = TEdges.Right && TColumns.Count == 4 ? outside : Avx512F.ConvertToVector512Int32(Vector128.Load(p)).AsInt16();
                        sum3 += Avx512BW.MultiplyAddAdjacent(v, w2);
                    }
                }

                w += 3 * 2 * Lanes;
                line += taps->StepH;
            }

            sum0.Store(tile);
            if (TColumns.Count > 1)
            {
                sum1.Store(tile + DotPanel.Columns);
            }

            if (TColumns.Count > 2)
            {
                sum2.Store(tile + (2 * DotPanel.Columns));
            }

            if (TColumns.Count > 3)
            {
                sum3.Store(tile + (3 * DotPanel.Columns));
            }

            x += tileStride;
            tile += TColumns.Count * DotPanel.Columns;
        }
    }
}
