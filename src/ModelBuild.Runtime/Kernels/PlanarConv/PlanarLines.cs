using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

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

    /// <summary>The elements that windows read, of those of every column modulo the stride.</summary>
    public int Read;

    /// <summary>Tells the elements of a copied line: as many for every column modulo the stride, whole cache lines so that most vectors lie in one.</summary>
    internal static int LengthOf(int outW, int kernelW, int strideW, int dilationW) =>
        checked(strideW * ((ReadOf(outW, kernelW, strideW, dilationW) + CacheLine - 1) / CacheLine * CacheLine));

    /// <summary>Tells the elements that windows read, of those of every column modulo the stride.</summary>
    internal static int ReadOf(int outW, int kernelW, int strideW, int dilationW) => checked(outW + ((kernelW - 1) * dilationW / strideW));

    /// <summary>Copies lines of all channels of an image, [inC][lines][strideW][..], with a distance of its own between channels. What no window reads is left.</summary>
    /// <param name="image">The number of the image.</param>
    /// <param name="first">The first line, with those of the pad.</param>
    /// <param name="lines">The number of lines.</param>
    /// <param name="y">Receives them.</param>
    /// <param name="channelStride">The elements from a channel to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal readonly void Copy(nint image, int first, int lines, float* y, nint channelStride)
    {
        int apart = Length / StrideW;
        int pairs = Math.Min(Read, InW / 2);
        bool hasPairs = StrideW == 2 && PadLeft == 0 && pairs >= CacheLine && (InW % 2 == 0 || pairs == Read);
        for (int channel = 0; channel < InC; channel++, y += channelStride)
        {
            float* plane = X + (((image * InC) + channel) * InH * InW);
            int done = 0;
            if (Avx512F.IsSupported && hasPairs && first >= PadTop)
            {
                done = Math.Clamp(InH + PadTop - first, 0, lines);
                Pairs(plane + ((nint)(first - PadTop) * InW), y, done, pairs, apart);
            }

            for (int i = done; i < lines; i++)
            {
                float* target = y + ((nint)i * Length);
                int line = first + i - PadTop;
                if ((uint)line >= (uint)InH)
                {
                    Clear(target, apart, 0);
                }
                else if (StrideW == 1)
                {
                    Straight(plane + ((nint)line * InW), target);
                }
                else
                {
                    Apart(plane + ((nint)line * InW), target, apart);
                }
            }
        }
    }

    /// <summary>Takes lines of even and odd columns apart, and clears what windows read behind them: one loop, as a line is too short for one of its own.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Pairs(float* x, float* y, int lines, int pairs, int apart)
    {
        Vector512<int> evens = Vector512<int>.Indices * 2;
        Vector512<int> odds = evens + Vector512<int>.One;
        for (; lines > 0; lines--)
        {
            int i = 0;
            while (i < pairs)
            {
                // The last ones are done twice where their number is no multiple.
                i = Math.Min(i, pairs - CacheLine);
                Vector512<float> low = Vector512.Load(x + (2 * i));
                Vector512<float> high = Vector512.Load(x + (2 * i) + CacheLine);
                Avx512F.PermuteVar16x32x2(low, evens, high).Store(y + i);
                Avx512F.PermuteVar16x32x2(low, odds, high).Store(y + apart + i);
                i += CacheLine;
            }

            for (; i < Read; i++)
            {
                y[i] = 0f;
                y[apart + i] = 0f;
            }

            x += InW;
            y += Length;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Straight(float* x, float* y)
    {
        int before = Math.Min(PadLeft, Read);
        int count = Math.Min(InW, Read - before);
        Clear(y, before);
        if (Vector512.IsHardwareAccelerated)
        {
            Move<Vector512<float>, FloatLanes.Lanes16>(x, y + before, count);
        }
        else
        {
            Move<Vector128<float>, FloatLanes.Lanes4>(x, y + before, count);
        }

        Clear(y + before + count, Read - before - count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Apart(float* x, float* y, int apart)
    {
        int i = 0;
        for (; i < Read && (i * StrideW) < PadLeft; i++)
        {
            Single(x, y, i, apart);
        }

        if (StrideW == 2)
        {
            int whole = Math.Min(Read, (InW + PadLeft) / 2);
            EvenOdd.TakeApart(x + ((2 * i) - PadLeft), y + i, y + apart + i, whole - i);
            i = Math.Max(i, whole);
        }

        for (; i < Read && (i * StrideW) - PadLeft < InW; i++)
        {
            Single(x, y, i, apart);
        }

        Clear(y, apart, i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Single(float* x, float* y, int i, int apart)
    {
        for (int k = 0; k < StrideW; k++)
        {
            int column = (i * StrideW) + k - PadLeft;
            y[(k * apart) + i] = (uint)column < (uint)InW ? x[column] : 0f;
        }
    }

    /// <summary>Clears the columns from <paramref name="first"/> on, of every part of a line.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Clear(float* y, int apart, int first)
    {
        for (int k = 0; k < StrideW; k++)
        {
            Clear(y + (k * apart) + first, Read - first);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Clear(float* y, int count)
    {
        // A border is too short for a call.
        if (count > CacheLine)
        {
            new Span<float>(y, count).Clear();
            return;
        }

        for (int i = 0; i < count; i++)
        {
            y[i] = 0f;
        }
    }

    /// <summary>Copies elements; the last ones are copied twice where their number is no multiple of the lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Move<TVector, TLanes>(float* x, float* y, int count)
        where TVector : struct
        where TLanes : IFloatLanes<TVector>
    {
        int i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            TLanes.Store(TLanes.Load(x + i), y + i);
        }

        if (i < count && count >= TLanes.Count)
        {
            TLanes.Store(TLanes.Load(x + count - TLanes.Count), y + count - TLanes.Count);
            return;
        }

        for (; i < count; i++)
        {
            y[i] = x[i];
        }
    }
}
