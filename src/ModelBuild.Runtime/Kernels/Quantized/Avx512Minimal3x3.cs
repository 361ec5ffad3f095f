using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>
/// Convolution of 3 x 3 with stride 1 by minimal filtering, F(2 x 2, 3 x 3): 16 products of a tile of 4 x 4 inputs in place of 36. In integers of 16 bits with weights of four times
/// the size, and so without any rounding: what leaves a tile is four times the sum of the products, modulo 2^32.
/// </summary>
internal static unsafe class Avx512Minimal3x3
{
    /// <summary>Products of a tile and a channel.</summary>
    internal const int Points = 16;

    /// <summary>The tiles that are handled together.</summary>
    internal const int BlockTiles = 16;

    /// <summary>Bytes that set the points apart, so that they do not meet in the same lines of a cache.</summary>
    internal const int Apart = 64;

    /// <summary>The most input channels.</summary>
    private const int MaxChannels = 64;

    /// <summary>The most pairs of input and output channels: their weights live on the stack.</summary>
    private const int MaxWeights = 4096;

    /// <summary>As many tiles repay the change of the weights.</summary>
    private const int FewestTiles = 12;

    private const int Columns = DotPanel.Columns;
    private const int Taps = 3;

    private static readonly bool s_isFast = Avx512BW.IsSupported && (!AvxVnni.IsSupported || HasWideProducts());

    /// <summary>Whether this machine gains by it on this problem.</summary>
    internal static bool Takes<TEpilogue>(DotProblem* problem)
        where TEpilogue : struct, IDotEpilogue =>
        Avx512BW.IsSupported && typeof(TEpilogue) == typeof(DotToU8) && s_isFast && CanRun(problem) && MinimalTiles.Count(problem) >= FewestTiles;

    /// <summary>Whether the problem is of this form: 3 runs of 3 neighbouring columns each, from line to line and column to column.</summary>
    internal static bool CanRun(DotProblem* problem) =>
        Avx512BW.IsSupported && problem->Runs.OuterCount == Taps && problem->Runs.InnerCount == 1 && problem->Runs.Length == Taps * problem->ColumnStep
        && problem->Runs.OuterStride == problem->LineStep && problem->ColumnStep % 16 == 0 && problem->ColumnStep <= MaxChannels && problem->N % Columns == 0
        && problem->ColumnStep * problem->N <= MaxWeights && problem->Width >= 2 && problem->Height >= 2 && problem->WeightZeroPoints == null;

    /// <summary>Computes all of it.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(DotProblem* problem, ref DotToU8 output)
    {
        int channels = (int)problem->ColumnStep;
        int pointWeights = channels * Columns;
        int pointInputs = (BlockTiles * channels) + (Apart / sizeof(short));
        int panels = problem->N / Columns;
        int inputBytes = Points * pointInputs * sizeof(short);
        byte* memory = stackalloc byte[(Points * pointWeights * panels * sizeof(short)) + inputBytes + Avx512MinimalProducts.Bytes + Apart];
        memory += -(nint)memory & (Apart - 1);
        byte* inputs = memory;
        var sums = (int*)(inputs + inputBytes);
        var weights = (short*)((byte*)sums + Avx512MinimalProducts.Bytes);
        for (int panel = 0; panel < panels; panel++)
        {
            Avx512MinimalWeights.Change(problem->W + ((nint)panel * Taps * problem->Runs.Quads * 4 * Columns), channels, weights + (panel * Points * pointWeights));
        }

        Unsafe.SkipInit(out DotPanelOperands operands);
        byte** sources = stackalloc byte*[BlockTiles];
        nint* rows = stackalloc nint[BlockTiles];
        int tiles = MinimalTiles.Count(problem);
        for (int first = 0; first < tiles; first += BlockTiles)
        {
            int count = Math.Min(BlockTiles, tiles - first);
            MinimalTiles.Place(problem, first, count, sources, rows);
            for (int tile = 0; tile < count; tile++)
            {
                Avx512MinimalInputs.Change(sources[tile], problem->LineStep, channels, (short*)inputs + (tile * channels), pointInputs);
            }

            for (int panel = 0; panel < panels; panel++)
            {
                operands.Prepare(problem, panel * Columns, Columns, Columns);
                Avx512MinimalProducts.Run((short*)inputs, pointInputs, weights + (panel * Points * pointWeights), channels, count, sums);
                byte* y = output.Y + problem->FirstColumn + (panel * Columns);
                Avx512MinimalOutputs.Store(sums, count, rows, problem->Width * output.Stride, y, (DotToU8*)Unsafe.AsPointer(ref output), operands.Init, operands.Scales);
            }
        }
    }

    /// <summary>Whether a cycle has as many 512-bit products of 16-bit integers as 256-bit dot products of bytes, with sums beside them: processors of AMD from family 26 on.</summary>
    private static bool HasWideProducts()
    {
        (_, int ebx, int ecx, int edx) = X86Base.CpuId(0, 0);
        Span<int> vendor = [ebx, edx, ecx];
        int version = X86Base.CpuId(1, 0).Eax;
        int family = ((version >> 8) & 15) + ((version >> 20) & 255);
        return MemoryMarshal.AsBytes(vendor).SequenceEqual("AuthenticAMD"u8) && family >= 26;
    }
}
