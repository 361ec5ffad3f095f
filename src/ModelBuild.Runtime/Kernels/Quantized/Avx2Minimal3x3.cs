using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>
/// Convolution of 3 x 3 with stride 1 by minimal filtering, F(2 x 2, 3 x 3), as <see cref="Avx512Minimal3x3"/> does it: exact in integers of 16 bits. Where the changed weights of all
/// panels are too large for the stack, they are changed for each block of tiles anew, some channels at a time.
/// </summary>
internal static unsafe class Avx2Minimal3x3
{
    /// <summary>Products of a tile and a channel.</summary>
    internal const int Points = 16;

    /// <summary>Bytes that set the points apart, so that they do not meet in the same lines of a cache.</summary>
    internal const int Apart = 64;

    /// <summary>The most channels and tiles that are handled together.</summary>
    private const int MaxInputs = 3072;

    /// <summary>The most tiles that are handled together.</summary>
    private const int MaxTiles = 24;

    /// <summary>Channels and tiles where the weights are kept.</summary>
    private const int MaxInputsOfKept = 768;

    /// <summary>The most input channels: with more, too few tiles are handled together to repay the change of the weights.</summary>
    private const int MaxChannels = 256;

    /// <summary>The most pairs of input and output channels whose weights are kept.</summary>
    private const int MaxKept = 4096;

    /// <summary>Channels whose weights are changed at a time where they are not kept: they stay in a first-level cache.</summary>
    private const int ChunkChannels = 64;

    /// <summary>As many tiles repay the change of the weights.</summary>
    private const int FewestTiles = 8;

    private const int Columns = DotPanel.Columns;
    private const int Taps = 3;

    /// <summary>Whether this machine gains by it on this problem.</summary>
    internal static bool Takes<TEpilogue>(DotProblem* problem)
        where TEpilogue : struct, IDotEpilogue =>
        Avx2.IsSupported && !Avx512BW.IsSupported && !AvxVnni.IsSupported && typeof(TEpilogue) == typeof(DotToU8) && CanRun(problem) && MinimalTiles.Count(problem) >= FewestTiles;

    /// <summary>Whether the problem is of this form: 3 runs of 3 neighbouring columns each, from line to line and column to column.</summary>
    internal static bool CanRun(DotProblem* problem) =>
        Avx2.IsSupported && problem->Runs.OuterCount == Taps && problem->Runs.InnerCount == 1 && problem->Runs.Length == Taps * problem->ColumnStep
        && problem->Runs.OuterStride == problem->LineStep && problem->ColumnStep % 16 == 0 && problem->ColumnStep <= MaxChannels && problem->N % Columns == 0
        && problem->Width >= 2 && problem->Height >= 2 && problem->WeightZeroPoints == null;

    /// <summary>Computes all of it.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(DotProblem* problem, ref DotToU8 output)
    {
        int channels = (int)problem->ColumnStep;
        int panels = problem->N / Columns;
        bool isKept = channels * problem->N <= MaxKept;
        int tiles = MinimalTiles.Count(problem);
        int blockTiles = BlockTiles(tiles, Math.Min(MaxTiles, (isKept ? MaxInputsOfKept : MaxInputs) / channels));
        int chunk = isKept ? channels : Math.Min(channels, ChunkChannels);
        Unsafe.SkipInit(out Avx2MinimalBlock block);
        block.Channels = channels;
        block.PointInputs = (blockTiles * channels) + (Apart / sizeof(short));
        block.PointSums = (blockTiles * Columns) + (Apart / sizeof(int));
        int inputBytes = Points * block.PointInputs * sizeof(short);
        int sumBytes = Points * block.PointSums * sizeof(int);
        block.PointWeights = (chunk * Columns) + (Apart / sizeof(short));
        int panelWeights = Points * block.PointWeights;
        byte* memory = stackalloc byte[inputBytes + sumBytes + ((isKept ? panels : 1) * panelWeights * sizeof(short)) + Apart];
        memory += -(nint)memory & (Apart - 1);
        block.Inputs = (short*)memory;
        block.Sums = (int*)(memory + inputBytes);
        var weights = (short*)(memory + inputBytes + sumBytes);
        nint panelBytes = (nint)Taps * Taps * channels * Columns;
        for (int panel = 0; isKept && panel < panels; panel++)
        {
            Avx2MinimalWeights.Change(problem->W + (panel * panelBytes), channels, 0, channels, weights + (panel * panelWeights), block.PointWeights);
        }

        Unsafe.SkipInit(out DotPanelOperands operands);
        byte** sources = stackalloc byte*[blockTiles];
        nint* rows = stackalloc nint[blockTiles];
        for (int first = 0; first < tiles; first += blockTiles)
        {
            block.Tiles = Math.Min(blockTiles, tiles - first);
            MinimalTiles.Place(problem, first, block.Tiles, sources, rows);
            for (int tile = 0; tile < block.Tiles; tile++)
            {
                Avx2MinimalInputs.Change(sources[tile], problem->LineStep, channels, block.Inputs + (tile * channels), block.PointInputs);
            }

            for (int panel = 0; panel < panels; panel++)
            {
                operands.Prepare(problem, panel * Columns, Columns, Columns);
                for (int channel = 0; channel < channels; channel += chunk)
                {
                    int count = Math.Min(chunk, channels - channel);
                    if (!isKept)
                    {
                        Avx2MinimalWeights.Change(problem->W + (panel * panelBytes), channels, channel, count, weights, block.PointWeights);
                    }

                    block.Multiply(weights + (isKept ? panel * panelWeights : 0), channel, count);
                }

                byte* y = output.Y + problem->FirstColumn + (panel * Columns);
                Avx2MinimalOutputs.Store(
                    block.Sums, block.PointSums, block.Tiles, rows, problem->Width * output.Stride, y, (DotToU8*)Unsafe.AsPointer(ref output), operands.Init, operands.Scales);
            }
        }
    }

    /// <summary>The tiles of equal blocks of at most <paramref name="most"/>, a multiple of what is multiplied together.</summary>
    private static int BlockTiles(int tiles, int most)
    {
        int blocks = (tiles + most - 1) / most;
        int even = (tiles + blocks - 1) / blocks;
        return Math.Min(most, (even + Avx2DotTiles.Rows - 1) / Avx2DotTiles.Rows * Avx2DotTiles.Rows);
    }
}
