using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>The operands of the columns of one to four panels: the caller's own memory where it holds the final values of all of them, else a copy.</summary>
internal unsafe struct DotPanelOperands
{
    /// <summary>The accumulators' starting values.</summary>
    internal int* Init;

    /// <summary>The scales, or null.</summary>
    internal float* Scales;

    /// <summary>The float bias, or null.</summary>
    internal float* FloatBias;

    /// <summary>The weight zero points, or null.</summary>
    internal int* WeightZeroPoints;

    /// <summary>The most columns of a call.</summary>
    private const int MaxColumns = 4 * DotPanel.Columns;

    private fixed int _init[MaxColumns];
    private fixed float _scales[MaxColumns];
    private fixed float _floatBias[MaxColumns];

    /// <summary>Points at the operands of <paramref name="columns"/> columns from <paramref name="column"/>. The struct must live on the stack.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="column">The first column.</param>
    /// <param name="columns">The number of columns that there are.</param>
    /// <param name="capacity">The number of columns that the kernel reads, a multiple of 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Prepare(DotProblem* problem, int column, int columns, int capacity)
    {
        if (columns < capacity || problem->Bias == null || problem->ColumnSums != null)
        {
            Copy(problem, column, columns, capacity);
            return;
        }

        Init = problem->Bias + column;
        Scales = problem->Scales == null ? null : problem->Scales + column;
        FloatBias = problem->FloatBias == null ? null : problem->FloatBias + column;
        WeightZeroPoints = problem->WeightZeroPoints == null ? null : problem->WeightZeroPoints + column;
    }

    private static T* Own<T>(ref T first)
        where T : unmanaged =>
        (T*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref first);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Copy(DotProblem* problem, int column, int columns, int capacity)
    {
        int* init = Own(ref _init[0]);
        float* scales = Own(ref _scales[0]);
        float* floatBias = Own(ref _floatBias[0]);
        bool copy = columns < capacity;
        bool dynamic = problem->ColumnSums != null;
        WeightZeroPoints = problem->WeightZeroPoints == null ? null : problem->WeightZeroPoints + column;
        if (problem->Bias != null && !copy && !dynamic)
        {
            Init = problem->Bias + column;
        }
        else
        {
            for (int c = 0; c < capacity; c++)
            {
                int value = problem->Bias == null || c >= columns ? 0 : problem->Bias[column + c];
                init[c] = dynamic && c < columns ? value - (problem->XZeroPoint * problem->ColumnSums[column + c]) : value;
            }

            Init = init;
        }

        Scales = problem->Scales == null ? null : problem->Scales + column;
        if (Scales != null && (copy || dynamic))
        {
            for (int c = 0; c < capacity; c++)
            {
                float value = c >= columns ? 0f : Scales[c];
                scales[c] = dynamic ? problem->XScale * value : value;
            }

            Scales = scales;
        }

        FloatBias = problem->FloatBias == null ? null : problem->FloatBias + column;
        if (FloatBias != null && copy)
        {
            for (int c = 0; c < capacity; c++)
            {
                floatBias[c] = c >= columns ? 0f : FloatBias[c];
            }

            FloatBias = floatBias;
        }
    }
}
