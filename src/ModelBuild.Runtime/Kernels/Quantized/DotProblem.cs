using System.Runtime.CompilerServices;

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
    /// <remarks>Every field is written once, where it stays: whoever reads what was just copied has to wait for the copy.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Matrix(byte* x, sbyte* w, int m, int n, int k, out DotProblem problem)
    {
        problem.X = x;
        problem.XEnd = x + ((nint)m * k);
        problem.W = w;
        problem.N = n;
        problem.Width = m;
        problem.Height = 1;
        problem.Images = 1;
        problem.FirstRow = 0;
        problem.FirstColumn = 0;
        problem.ColumnStep = k;
        problem.LineStep = 0;
        problem.ImageStep = 0;
        problem.Runs.OuterCount = 1;
        problem.Runs.InnerCount = 1;
        problem.Runs.Quads = (k + 3) >> 2;
        problem.Runs.Length = k;
        problem.Runs.OuterStride = 0;
        problem.Runs.InnerStride = 0;
        problem.Bias = null;
        problem.Scales = null;
        problem.FloatBias = null;
        problem.WeightZeroPoints = null;
        problem.ColumnSums = null;
        problem.XZeroPoint = 0;
        problem.XScale = 1f;
    }
}
