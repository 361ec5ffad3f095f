namespace ModelBuild.Kernels;

/// <summary>An integer matrix product over rows of bytes that lie on a regular grid: the rows of a matrix or the windows of a convolution.</summary>
internal unsafe struct DotProblem
{
    /// <summary>The first row.</summary>
    internal byte* X;

    /// <summary>The end of the readable bytes after <see cref="X"/>.</summary>
    internal byte* XEnd;

    /// <summary>The packed panels.</summary>
    internal sbyte* W;

    /// <summary>The number of output columns.</summary>
    internal int N;

    /// <summary>The number of rows on one line of the grid.</summary>
    internal int Width;

    /// <summary>The number of lines of one image.</summary>
    internal int Height;

    /// <summary>The number of images.</summary>
    internal int Images;

    /// <summary>The output row of the first row.</summary>
    internal nint FirstRow;

    /// <summary>The output column of the first column.</summary>
    internal int FirstColumn;

    /// <summary>Bytes between neighbouring rows of a line.</summary>
    internal nint ColumnStep;

    /// <summary>Bytes between lines.</summary>
    internal nint LineStep;

    /// <summary>Bytes between images.</summary>
    internal nint ImageStep;

    /// <summary>The K axis.</summary>
    internal DotRuns Runs;

    /// <summary>Integer bias per column, or null.</summary>
    internal int* Bias;

    /// <summary>Scale per column, or null where the result stays integer.</summary>
    internal float* Scales;

    /// <summary>Float bias per column, or null.</summary>
    internal float* FloatBias;

    /// <summary>Weight zero point per column, or null.</summary>
    internal int* WeightZeroPoints;

    /// <summary>Sum of the weights per column where <see cref="XZeroPoint"/> is not yet part of the bias, else null.</summary>
    internal int* ColumnSums;

    /// <summary>The zero point of the rows.</summary>
    internal int XZeroPoint;

    /// <summary>The factor of <see cref="Scales"/> that is known at run time only; used where <see cref="ColumnSums"/> is given.</summary>
    internal float XScale;

    /// <summary>The rows of a dense matrix [m][k].</summary>
    internal static DotProblem Matrix(byte* x, sbyte* w, int m, int n, int k) => new()
    {
        X = x,
        XEnd = x + ((nint)m * k),
        W = w,
        N = n,
        Width = m,
        Height = 1,
        Images = 1,
        ColumnStep = k,
        Runs = DotRuns.Single(k),
        XScale = 1f,
    };
}
