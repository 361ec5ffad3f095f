using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>
/// What all tiles of one product share. The depth of the product is read as runs of contiguous elements: an inner and an outer loop of runs make the
/// windows of a convolution; a plain matrix product is one run. All strides are in elements.
/// </summary>
internal struct F32GemmTask
{
    /// <summary>The runs of depth before which lines of the result are fetched, half of them for the residual.</summary>
    internal const int FarRuns = 8;

    /// <summary>The contiguous elements of one run, at least 1.</summary>
    internal nint RunLength;

    /// <summary>The number of runs of the inner loop, at least 1.</summary>
    internal nint InnerRuns;

    /// <summary>From the start of a run to the next of the inner loop.</summary>
    internal nint InnerStride;

    /// <summary>The number of iterations of the outer loop, at least 1.</summary>
    internal nint OuterRuns;

    /// <summary>From the start of an outer iteration to the next.</summary>
    internal nint OuterStride;

    /// <summary>From a panel of 16 columns to the next.</summary>
    internal nint PanelStride;

    /// <summary>From a step of depth of a panel to the next: 16 when packed.</summary>
    internal nint DepthStep;

    /// <summary>From a row of the result to the next; the residual has the same.</summary>
    internal nint YStride;

    /// <summary>After this many rows the left operand's rows go on at the next multiple of <see cref="LineStride"/>.</summary>
    internal int LineRows;

    /// <summary>From a row of the left operand to the next within a line.</summary>
    internal nint RowStride;

    /// <summary>From the first row of a line to that of the next.</summary>
    internal nint LineStride;

    /// <summary>The lower bound of the result; minus infinity for none.</summary>
    internal float Min;

    /// <summary>The upper bound of the result; infinity for none.</summary>
    internal float Max;

    /// <summary>Gets a value indicating whether the result has a bound.</summary>
    internal readonly bool IsBounded => !float.IsNegativeInfinity(Min) || !float.IsPositiveInfinity(Max);

    /// <summary>The sums of a tile take so long that lines of the result fetched at their start arrive meanwhile.</summary>
    internal bool IsDeep;

    /// <summary>A zero of the left operand may leave its weights out: they are finite.</summary>
    internal bool LeavesZerosOut;

    /// <summary>The activation function of a second pass over the stored tile; <see cref="Activation.None"/> for no such pass.</summary>
    internal Activation Activation;

    /// <summary>The first parameter of <see cref="Activation"/>.</summary>
    internal float Alpha;

    /// <summary>The second parameter of <see cref="Activation"/>.</summary>
    internal float Beta;

    /// <summary>Has the lines of results that are far from the processor fetched during the sums: a long run becomes several, as all lines at once would hold up the sums.</summary>
    internal void FetchFarResults()
    {
        IsDeep = true;
        if (InnerRuns == 1 && RunLength % FarRuns == 0)
        {
            InnerRuns = FarRuns;
            RunLength /= FarRuns;
            InnerStride = RunLength;
        }
    }

    /// <summary>Makes the task of a product of contiguous rows with packed panels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static F32GemmTask Contiguous(int m, int n, int k, Activation activation, float alpha, float beta)
    {
        var task = new F32GemmTask
        {
            RunLength = k,
            InnerRuns = 1,
            OuterRuns = 1,
            PanelStride = (nint)k * GemmPacking.PanelWidth,
            DepthStep = GemmPacking.PanelWidth,
            YStride = n,
            LineRows = m,
            RowStride = k,
        };
        task.SetActivation(activation, alpha, beta);
        return task;
    }

    /// <summary>Sets the function applied to the result: cheap ones in registers, the others in a second pass.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void SetActivation(Activation activation, float alpha, float beta)
    {
        Min = float.NegativeInfinity;
        Max = float.PositiveInfinity;
        if (activation == Activation.Relu)
        {
            Min = 0f;
        }
        else if (activation == Activation.Clip)
        {
            Min = alpha;
            Max = beta;
        }
        else
        {
            Activation = activation;
            Alpha = alpha;
            Beta = beta;
        }
    }
}
