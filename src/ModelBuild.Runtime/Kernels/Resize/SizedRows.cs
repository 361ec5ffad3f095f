using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Weighted sums along one axis by weights that a call has found out. Where the axis is the innermost one, several rows are turned, so that vectors hold one element of each.</summary>
internal unsafe struct SizedRows : ISharedRange
{
    public float* X;
    public float* Y;
    public int* First;
    public int* Taps;
    public int* Offset;
    public float* Weights;
    public float* Lines;
    public int Count;
    public int Outer;
    public int Input;
    public int Output;
    public int Inner;

    /// <summary>Rows that are turned together.</summary>
    internal const int Rows = 16;

    /// <summary>From so many rows on they are worth turning.</summary>
    private const int LeastRows = 4;

    /// <summary>What there is to do: groups of rows, or results of one row each.</summary>
    public readonly nint Items => Inner == 1 ? ((nint)Outer + Rows - 1) / Rows : (nint)Outer * Count;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run(nint first, nint end)
    {
        if (Inner == 1)
        {
            Turned(first, end);
            return;
        }

        for (nint item = first; item < end; item++)
        {
            (nint o, nint i) = Math.DivRem(item, Count);
            Sum(X + (((o * Input) + First[i]) * Inner), Weights + Offset[i], Taps[i], Y + (((o * Output) + i) * Inner), Inner);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Turned(nint first, nint end)
    {
        int from = int.MaxValue;
        int to = 0;
        for (int i = 0; i < Count; i++)
        {
            from = Math.Min(from, First[i]);
            to = Math.Max(to, First[i] + Taps[i]);
        }

        float* turned = ThreadTeam.Memory(Lines, SizedResize.Lines(Input));
        float* sums = turned + ((nint)Rows * Input);
        for (nint item = first; item < end; item++)
        {
            nint row = item * Rows;
            int rows = (int)Math.Min(Rows, Outer - row);
            float* x = X + (row * Input);
            float* y = Y + (row * Output);
            if (rows < LeastRows)
            {
                for (int r = 0; r < rows; r++, x += Input, y += Output)
                {
                    for (int i = 0; i < Count; i++)
                    {
                        Sum(x + First[i], Weights + Offset[i], Taps[i], y + i, 1);
                    }
                }

                continue;
            }

            MatrixTranspose.Run(x + from, Input, turned, rows, rows, to - from);
            for (int i = 0; i < Count; i++)
            {
                Sum(turned + ((nint)(First[i] - from) * rows), Weights + Offset[i], Taps[i], sums + ((nint)i * rows), rows);
            }

            MatrixTranspose.Run(sums, rows, y, Output, Count, rows);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sum(float* x, float* weights, int count, float* y, int inner)
    {
        bool isFirst = true;
        for (int k = 0; k < count; k++)
        {
            if (weights[k] != 0 || (isFirst && k == count - 1))
            {
                ScaledSum.Run(x + ((nint)k * inner), weights[k], y, inner, isFirst);
                isFirst = false;
            }
        }
    }
}
