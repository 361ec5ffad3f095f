using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>
/// Runs an integer matrix product with the generated routines of <see cref="VnniTiles"/>: finds the form that they take it in and cuts it into blocks of rows for <see cref="VnniBlock"/>.
/// </summary>
internal static unsafe class VnniDriver
{
    /// <summary>Bytes of input that a block of rows touches: it stays in the second-level cache while the panels pass by.</summary>
    private const int BlockBytes = 192 << 10;

    /// <summary>The fewest rows of a block: weights that pass by have to be worth it.</summary>
    private const int MinBlockRows = 64;

    private const int VectorBytes = 64;

    /// <summary>Whether so many rows are not cut into blocks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool IsOneBlock(long rows, nint columnStep) => rows <= MinBlockRows || rows * columnStep <= BlockBytes;

    /// <summary>Runs the product.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run<TEpilogue>(DotProblem* problem, ref TEpilogue epilogue)
        where TEpilogue : struct, IDotEpilogue
    {
        if ((VnniFewRows.Takes(problem) && VnniFewRows.TryRun(problem, ref epilogue)) || (VnniWholePanels.Takes(problem) && VnniWholePanels.TryRun(problem, ref epilogue)))
        {
            return;
        }

        RunTiles(problem, ref epilogue);
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunTiles<TEpilogue>(DotProblem* problem, ref TEpilogue epilogue)
        where TEpilogue : struct, IDotEpilogue
    {
        byte* memory = stackalloc byte[sizeof(VnniTileArguments) + VectorBytes];
        Unsafe.SkipInit(out VnniJob job);
        job.Problem = problem;
        MergeLines(ref job, problem);
        job.Arguments = (VnniTileArguments*)(((nuint)memory + VectorBytes - 1) & ~(nuint)(VectorBytes - 1));
        Fill(job.Arguments, problem);
        if (problem->WeightZeroPoints == null && VnniOutput.Find(ref job, ref epilogue))
        {
            Blocks(ref job, ref epilogue);
        }
        else
        {
            int* buffer = stackalloc int[VnniRows.BufferRows * VnniTileEmitter.MaxPanels * DotPanel.Columns];
            job.Buffer = buffer;
            job.Result = VnniTileResult.Integers;
            Blocks(ref job, ref epilogue);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Blocks<TEpilogue>(ref VnniJob job, ref TEpilogue epilogue)
        where TEpilogue : struct, IDotEpilogue
    {
        nint columnStep = job.Problem->ColumnStep;
        long imageRows = (long)job.Width * job.Height;
        if (IsOneBlock(imageRows, columnStep))
        {
            for (int image = 0; image < job.Images; image++)
            {
                VnniBlock.Run(ref job, image, 0, job.Height, 0, job.Width, ref epilogue);
            }

            return;
        }

        int blockRows = (int)Math.Clamp(BlockBytes / Math.Max(columnStep, 1), MinBlockRows, int.MaxValue / 2);
        if (job.Width >= blockRows)
        {
            int blocks = (job.Width + blockRows - 1) / blockRows;
            for (int line = 0; line < job.Height * job.Images; line++)
            {
                for (int block = 0; block < blocks; block++)
                {
                    int start = (int)((long)job.Width * block / blocks);
                    int end = (int)((long)job.Width * (block + 1) / blocks);
                    VnniBlock.Run(ref job, line / job.Height, line % job.Height, 1, start, end - start, ref epilogue);
                }
            }

            return;
        }

        int step = blockRows / job.Width;
        for (int image = 0; image < job.Images; image++)
        {
            for (int line = 0; line < job.Height; line += step)
            {
                VnniBlock.Run(ref job, image, line, Math.Min(step, job.Height - line), 0, job.Width, ref epilogue);
            }
        }
    }

    /// <summary>Lines that follow each other at the distance of their rows are one line. The problem is not copied: its fields were written one by one just before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MergeLines(ref VnniJob job, DotProblem* problem)
    {
        job.Width = problem->Width;
        job.Height = problem->Height;
        job.Images = problem->Images;
        job.LineStep = problem->LineStep;
        if (job.Height == 1 || job.LineStep == job.Width * problem->ColumnStep)
        {
            job.Width *= job.Height;
            job.Height = 1;
            job.LineStep = problem->ImageStep;
            if (job.Images == 1 || problem->ImageStep == job.Width * problem->ColumnStep)
            {
                job.Width *= job.Images;
                job.Images = 1;
            }
        }
    }

    /// <summary>Sets what the rows and the K axis say.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Fill(VnniTileArguments* arguments, DotProblem* problem)
    {
        // Not copied as a whole: its fields were written one by one just before.
        ref DotRuns runs = ref problem->Runs;
        arguments->XStep = problem->ColumnStep;
        arguments->PanelBytes = (nint)runs.Count * runs.Quads * (4 * DotPanel.Columns);
        arguments->Quads = runs.Quads;
        arguments->InnerCount = runs.InnerCount;
        arguments->OuterCount = runs.OuterCount;
        arguments->InnerSkip = runs.InnerStride - (runs.Quads * 4);
        arguments->OuterSkip = runs.OuterStride - (runs.InnerCount * runs.InnerStride);
    }
}
