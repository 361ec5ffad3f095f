using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>
/// Integer matrix products on AVX2, block of rows by block of rows; what vpmaddubsw would saturate is left out of the rows, see <see cref="Avx2DotSplit"/>.
/// A long K axis is cut into chunks; the sums of a few panels wait between them.
/// </summary>
internal static unsafe class Avx2Driver
{
    /// <summary>Rows of a block: those of 7 x 7 pixels and a few.</summary>
    private const int BlockRows = 52;

    /// <summary>The groups of four values of K of a chunk: its panel stays in a first-level cache, widened too.</summary>
    private const int ChunkQuads = 96;

    /// <summary>The same for few rows, which widen no panel.</summary>
    private const int FewRowsChunkQuads = 2048;

    /// <summary>Panels of which the rests are multiplied together.</summary>
    private const int TogetherPanels = 2;

    /// <summary>Panels of which the sums are kept between chunks.</summary>
    private const int GroupPanels = 8;

    /// <summary>No vector lies in two lines of a cache.</summary>
    private const int Alignment = 64;

    private const int Columns = DotPanel.Columns;

    /// <summary>As many products of a byte with panels repay that rows are copied, run by run.</summary>
    private const int LeastReuse = 128;

    /// <summary>Whether the number of panels repays that rows are read once more to split them. Rows that follow each other in whole groups of four are cheapest.</summary>
    internal static bool Takes(DotProblem* problem) =>
        Avx2.IsSupported
        && (problem->Runs.Count == 1
            ? problem->N > Columns || (problem->Runs.Length & 3) == 0
            : problem->N > Columns && problem->Runs.Length * DotPanel.Count(problem->N) >= LeastReuse);

    /// <summary>Runs the product on this thread.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run<TEpilogue>(DotProblem* problem, ref TEpilogue epilogue)
        where TEpilogue : struct, IDotEpilogue
    {
        nint total = (nint)problem->Images * problem->Height * problem->Width;
        bool isFew = total <= Avx2DotFewRows.MaxRows;
        int quads = problem->Runs.Count * problem->Runs.Quads;
        int chunkQuads = Part(quads, isFew ? FewRowsChunkQuads : ChunkQuads);
        int blockRows = (int)Math.Min(BlockRows, total);
        if (total > BlockRows)
        {
            nint blocks = (total + BlockRows - 1) / BlockRows;
            blockRows = (int)((total + blocks - 1) / blocks);
            blockRows += -blockRows & (Avx2DotBytes.Rows - 1);
        }

        bool isWhole = chunkQuads == quads;
        int panels = isWhole ? TogetherPanels : GroupPanels;

        // Tiles read and write whole: there is room for the rows that the last one has not.
        int room = blockRows + Avx2DotTiles.FirstRows - 1;
        nint stride = (chunkQuads * 4) + Avx2DotRows.Slack;
        int weightBytes = isFew ? 0 : chunkQuads * (Avx2DotTiles.QuadWeights * sizeof(short));
        int sumBytes = panels * room * Columns * sizeof(int);
        int rowBytes = room * (int)stride * sizeof(short);
        byte* memory = stackalloc byte[weightBytes + sumBytes + rowBytes + (Avx2DotSplit.Length(blockRows, chunkQuads) * sizeof(int)) + Alignment];
        memory += -(nint)memory & (Alignment - 1);
        byte** rows = stackalloc byte*[blockRows];
        Unsafe.SkipInit(out Avx2DotBlock block);
        block.Weights = (short*)memory;
        block.X = memory + weightBytes + sumBytes;
        block.SplitStride = chunkQuads * 4;
        block.Stride = stride;
        block.IsFew = isFew;
        block.IsSplit = true;
        block.Split.Prepare(problem, blockRows, chunkQuads, (int*)(memory + weightBytes + sumBytes + rowBytes));
        var sums = (int*)(memory + weightBytes);
        Unsafe.SkipInit(out DotPanelOperands operands);
        nint panelBytes = (nint)quads * (4 * Columns);
        DotRowCursor cursor = default;
        for (nint row = 0; row < total; row += blockRows)
        {
            int count = (int)Math.Min(blockRows, total - row);
            cursor.Take(problem, rows, count);
            if (isWhole)
            {
                block.Take(problem, rows, count, 0, quads);
            }

            for (int column = 0; column < problem->N; column += panels * Columns)
            {
                int columns = Math.Min(panels * Columns, problem->N - column);
                int here = DotPanel.Count(columns);
                for (int quad = 0; quad < quads; quad += chunkQuads)
                {
                    int chunk = Math.Min(chunkQuads, quads - quad);
                    if (!isWhole)
                    {
                        block.Take(problem, rows, count, quad, chunk);
                    }

                    sbyte* w = problem->W + (column / Columns * panelBytes) + ((nint)quad * (4 * Columns));
                    for (int panel = 0; panel < here; panel++)
                    {
                        int* result = sums + (panel * room * Columns);
                        if (quad == 0)
                        {
                            int first = column + (panel * Columns);
                            operands.Prepare(problem, first, Math.Min(Columns, problem->N - first), Columns);
                            block.Multiply(w + (panel * panelBytes), operands.Init, 0, result);
                        }
                        else
                        {
                            block.Multiply(w + (panel * panelBytes), result, Columns, result);
                        }
                    }

                    block.AddRests(w, panelBytes, here, sums, room * Columns);
                }

                for (int panel = 0; panel < here; panel++)
                {
                    int first = column + (panel * Columns);
                    int width = Math.Min(Columns, problem->N - first);
                    int* result = sums + (panel * room * Columns);
                    operands.Prepare(problem, first, width, Columns);
                    if (problem->WeightZeroPoints != null)
                    {
                        for (int r = 0; r < count; r++)
                        {
                            DotDriver.SubtractWeightZeroPoints(problem, rows[r], operands.WeightZeroPoints, width, result + (r * Columns));
                        }
                    }

                    epilogue.Store(result, Columns, problem->FirstRow + row, count, problem->FirstColumn + first, width, operands.Scales, operands.FloatBias);
                }
            }
        }
    }

    /// <summary>The length of equal parts of at most <paramref name="most"/>.</summary>
    private static int Part(int length, int most)
    {
        int parts = (length + most - 1) / most;
        return (length + parts - 1) / parts;
    }
}
