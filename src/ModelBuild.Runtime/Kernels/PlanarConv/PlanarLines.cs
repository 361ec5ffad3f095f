using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>
/// Copies lines of planes so that the pixels of neighbouring windows are neighbours: with a zero border, and taken apart by their column modulo the stride.
/// </summary>
internal unsafe struct PlanarLines
{
    private const int CacheLine = 16;

    public float* X;
    public int InH;
    public int InW;
    public int InC;
    public int StrideW;
    public int PadTop;
    public int PadLeft;

    /// <summary>Elements of a copied line.</summary>
    public int Length;

    /// <summary>Tells the elements of a copied line: as many for every column modulo the stride, whole cache lines so that most vectors lie in one.</summary>
    internal static int LengthOf(int outW, int kernelW, int strideW, int dilationW) =>
        checked(strideW * ((outW + ((kernelW - 1) * dilationW / strideW) + CacheLine - 1) / CacheLine * CacheLine));

    /// <summary>Copies lines of all channels of an image, [inC][lines][strideW][..], with a distance of its own between channels.</summary>
    /// <param name="image">The number of the image.</param>
    /// <param name="first">The first line, with those of the pad.</param>
    /// <param name="lines">The number of lines.</param>
    /// <param name="y">Receives them.</param>
    /// <param name="channelStride">The elements from a channel to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal readonly void Copy(nint image, int first, int lines, float* y, nint channelStride)
    {
        for (int channel = 0; channel < InC; channel++, y += channelStride)
        {
            float* plane = X + (((image * InC) + channel) * InH * InW);
            for (int i = 0; i < lines; i++)
            {
                float* target = y + ((nint)i * Length);
                int line = first + i - PadTop;
                if ((uint)line >= (uint)InH)
                {
                    new Span<float>(target, Length).Clear();
                }
                else if (StrideW == 1)
                {
                    Straight(plane + ((nint)line * InW), target);
                }
                else
                {
                    Apart(plane + ((nint)line * InW), target);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Straight(float* x, float* y)
    {
        int before = Math.Min(PadLeft, Length);
        int count = Math.Min(InW, Length - before);
        new Span<float>(y, before).Clear();
        new ReadOnlySpan<float>(x, count).CopyTo(new Span<float>(y + before, count));
        new Span<float>(y + before + count, Length - before - count).Clear();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Apart(float* x, float* y)
    {
        int count = Length / StrideW;
        int i = 0;
        for (; i < count && (i * StrideW) < PadLeft; i++)
        {
            Single(x, y, i, count);
        }

        if (StrideW == 2)
        {
            int whole = Math.Min(count, (InW + PadLeft) / 2);
            EvenOdd.TakeApart(x + ((2 * i) - PadLeft), y + i, y + count + i, whole - i);
            i = Math.Max(i, whole);
        }

        for (; i < count && (i * StrideW) - PadLeft < InW; i++)
        {
            Single(x, y, i, count);
        }

        for (int k = 0; k < StrideW; k++)
        {
            new Span<float>(y + (k * count) + i, count - i).Clear();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Single(float* x, float* y, int i, int count)
    {
        for (int k = 0; k < StrideW; k++)
        {
            int column = (i * StrideW) + k - PadLeft;
            y[(k * count) + i] = (uint)column < (uint)InW ? x[column] : 0f;
        }
    }
}
