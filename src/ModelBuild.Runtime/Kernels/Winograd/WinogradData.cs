using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>The transform of the data: 6x6 inputs of a tile to their values at the 36 points.</summary>
internal static unsafe class WinogradData
{
    /// <summary>Transforms the tiles of a block.</summary>
    /// <param name="task">What all tiles share.</param>
    /// <param name="x">The images.</param>
    /// <param name="data">Receives the values, [point][tile][channel].</param>
    /// <param name="bordered">Holds one tile of an image with its border.</param>
    /// <param name="firstTile">The block's first tile.</param>
    /// <param name="tiles">The block's tiles.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Transform(WinogradTask* task, float* x, float* data, float* bordered, int firstTile, int tiles)
    {
        nint channels = task->InC;
        nint lineStride = task->InW * channels;
        int column = firstTile % task->TilesX;
        int line = firstTile / task->TilesX;
        float* image = x + ((nint)(line / task->TilesY) * task->InH * lineStride);
        line %= task->TilesY;
        for (int tile = 0; tile < tiles; tile++)
        {
            int top = (line * WinogradPoints.TileSize) - task->PadTop;
            int left = (column * WinogradPoints.TileSize) - task->PadLeft;
            bool inside = top >= 0 && left >= 0 && top + WinogradPoints.Points <= task->InH && left + WinogradPoints.Points <= task->InW;
            if (inside)
            {
                Tile(image + (top * lineStride) + (left * channels), lineStride, channels, data, task->DataPointStride);
            }
            else
            {
                CopyWithBorder(task, image, bordered, top, left);
                Tile(bordered, WinogradPoints.Points * channels, channels, data, task->DataPointStride);
            }

            data += task->DataStride;
            if (++column == task->TilesX)
            {
                column = 0;
                if (++line == task->TilesY)
                {
                    line = 0;
                    image += task->InH * lineStride;
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyWithBorder(WinogradTask* task, float* image, float* y, int top, int left)
    {
        nint channels = task->InC;
        int from = Math.Clamp(-left, 0, WinogradPoints.Points);
        int to = Math.Clamp(task->InW - left, from, WinogradPoints.Points);
        nint copied = (to - from) * channels;
        for (int row = top; row < top + WinogradPoints.Points; row++)
        {
            if ((uint)row >= (uint)task->InH || copied == 0)
            {
                Clear(y, WinogradPoints.Points * channels);
            }
            else
            {
                Clear(y, from * channels);
                float* source = image + ((((nint)row * task->InW) + left + from) * channels);
                Buffer.MemoryCopy(source, y + (from * channels), copied * sizeof(float), copied * sizeof(float));
                Clear(y + (to * channels), (WinogradPoints.Points - to) * channels);
            }

            y += WinogradPoints.Points * channels;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Clear(float* y, nint count) => new Span<float>(y, (int)count).Clear();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Tile(float* x, nint lineStride, nint channels, float* data, nint pointStride)
    {
        if (Vector512.IsHardwareAccelerated && channels >= WinogradLanes.Lanes16.Count)
        {
            Tile<Vector512<float>, WinogradLanes.Lanes16>(x, lineStride, channels, data, pointStride);
        }
        else if (Vector256.IsHardwareAccelerated && channels >= WinogradLanes.Lanes8.Count)
        {
            Tile<Vector256<float>, WinogradLanes.Lanes8>(x, lineStride, channels, data, pointStride);
        }
        else if (channels >= WinogradLanes.Lanes4.Count)
        {
            Tile<Vector128<float>, WinogradLanes.Lanes4>(x, lineStride, channels, data, pointStride);
        }
        else
        {
            Tile<float, WinogradLanes.Lanes1>(x, lineStride, channels, data, pointStride);
        }
    }

    /// <summary>Transforms one tile; the last channels are done twice where their number is no multiple of the lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile<TVector, TLanes>(float* x, nint lineStride, nint channels, float* data, nint pointStride)
        where TVector : struct
        where TLanes : IWinogradLanes<TVector>
    {
        nint last = channels - TLanes.Count;
        nint channel = 0;
        while (true)
        {
            // Two halves of the points along the height, so that what is between the two axes stays in registers. They have no operation in common.
            LowerPoints<TVector, TLanes>(x + channel, lineStride, channels, data + channel, pointStride);
            UpperPoints<TVector, TLanes>(x + channel, lineStride, channels, data + channel, pointStride);
            if (channel == last)
            {
                return;
            }

            channel = Math.Min(channel + TLanes.Count, last);
        }
    }

    /// <summary>Points 0, a and -a along the height.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LowerPoints<TVector, TLanes>(float* x, nint line, nint column, float* data, nint pointStride)
        where TVector : struct
        where TLanes : IWinogradLanes<TVector>
    {
        Lower<TVector, TLanes>(x, line, out TVector zero0, out TVector plus0, out TVector minus0);
        Lower<TVector, TLanes>(x + column, line, out TVector zero1, out TVector plus1, out TVector minus1);
        Lower<TVector, TLanes>(x + (2 * column), line, out TVector zero2, out TVector plus2, out TVector minus2);
        Lower<TVector, TLanes>(x + (3 * column), line, out TVector zero3, out TVector plus3, out TVector minus3);
        Lower<TVector, TLanes>(x + (4 * column), line, out TVector zero4, out TVector plus4, out TVector minus4);
        Lower<TVector, TLanes>(x + (5 * column), line, out TVector zero5, out TVector plus5, out TVector minus5);
        Row<TVector, TLanes>(zero0, zero1, zero2, zero3, zero4, zero5, data, pointStride);
        data += WinogradPoints.Points * pointStride;
        Row<TVector, TLanes>(plus0, plus1, plus2, plus3, plus4, plus5, data, pointStride);
        data += WinogradPoints.Points * pointStride;
        Row<TVector, TLanes>(minus0, minus1, minus2, minus3, minus4, minus5, data, pointStride);
    }

    /// <summary>Points b, -b and infinity along the height.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void UpperPoints<TVector, TLanes>(float* x, nint line, nint column, float* data, nint pointStride)
        where TVector : struct
        where TLanes : IWinogradLanes<TVector>
    {
        Upper<TVector, TLanes>(x, line, out TVector plus0, out TVector minus0, out TVector infinity0);
        Upper<TVector, TLanes>(x + column, line, out TVector plus1, out TVector minus1, out TVector infinity1);
        Upper<TVector, TLanes>(x + (2 * column), line, out TVector plus2, out TVector minus2, out TVector infinity2);
        Upper<TVector, TLanes>(x + (3 * column), line, out TVector plus3, out TVector minus3, out TVector infinity3);
        Upper<TVector, TLanes>(x + (4 * column), line, out TVector plus4, out TVector minus4, out TVector infinity4);
        Upper<TVector, TLanes>(x + (5 * column), line, out TVector plus5, out TVector minus5, out TVector infinity5);
        data += 3 * WinogradPoints.Points * pointStride;
        Row<TVector, TLanes>(plus0, plus1, plus2, plus3, plus4, plus5, data, pointStride);
        data += WinogradPoints.Points * pointStride;
        Row<TVector, TLanes>(minus0, minus1, minus2, minus3, minus4, minus5, data, pointStride);
        data += WinogradPoints.Points * pointStride;
        Row<TVector, TLanes>(infinity0, infinity1, infinity2, infinity3, infinity4, infinity5, data, pointStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Lower<TVector, TLanes>(float* x, nint line, out TVector zero, out TVector plus, out TVector minus)
        where TVector : struct
        where TLanes : IWinogradLanes<TVector>
    {
        TVector d1 = TLanes.Load(x + line);
        TVector d2 = TLanes.Load(x + (2 * line));
        TVector d3 = TLanes.Load(x + (3 * line));
        TVector d4 = TLanes.Load(x + (4 * line));
        zero = Ends<TVector, TLanes>(TLanes.Load(x), d2, d4);
        TVector even = TLanes.MultiplyAdd(d2, TLanes.Create(-WinogradPoints.OuterSquare), d4);
        TVector odd = TLanes.MultiplyAdd(d1, TLanes.Create(-WinogradPoints.OuterSquare), d3);
        plus = TLanes.MultiplyAdd(odd, TLanes.Create(WinogradPoints.Inner), even);
        minus = TLanes.MultiplyAdd(odd, TLanes.Create(-WinogradPoints.Inner), even);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Upper<TVector, TLanes>(float* x, nint line, out TVector plus, out TVector minus, out TVector infinity)
        where TVector : struct
        where TLanes : IWinogradLanes<TVector>
    {
        TVector d1 = TLanes.Load(x + line);
        TVector d2 = TLanes.Load(x + (2 * line));
        TVector d3 = TLanes.Load(x + (3 * line));
        TVector d4 = TLanes.Load(x + (4 * line));
        infinity = Ends<TVector, TLanes>(d1, d3, TLanes.Load(x + (5 * line)));
        TVector even = TLanes.MultiplyAdd(d2, TLanes.Create(-WinogradPoints.InnerSquare), d4);
        TVector odd = TLanes.MultiplyAdd(d1, TLanes.Create(-WinogradPoints.InnerSquare), d3);
        plus = TLanes.MultiplyAdd(odd, TLanes.Create(WinogradPoints.Outer), even);
        minus = TLanes.MultiplyAdd(odd, TLanes.Create(-WinogradPoints.Outer), even);
    }

    /// <summary>The points 0 and infinity: the coefficients of (x^2 - a^2)(x^2 - b^2).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Ends<TVector, TLanes>(TVector d0, TVector d2, TVector d4)
        where TVector : struct
        where TLanes : IWinogradLanes<TVector> =>
        TLanes.MultiplyAdd(d0, TLanes.Create(WinogradPoints.SquareProduct), TLanes.MultiplyAdd(d2, TLanes.Create(-WinogradPoints.SquareSum), d4));

    /// <summary>All points along the width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row<TVector, TLanes>(TVector d0, TVector d1, TVector d2, TVector d3, TVector d4, TVector d5, float* data, nint pointStride)
        where TVector : struct
        where TLanes : IWinogradLanes<TVector>
    {
        TLanes.Store(Ends<TVector, TLanes>(d0, d2, d4), data);
        TVector even = TLanes.MultiplyAdd(d2, TLanes.Create(-WinogradPoints.OuterSquare), d4);
        TVector odd = TLanes.MultiplyAdd(d1, TLanes.Create(-WinogradPoints.OuterSquare), d3);
        TLanes.Store(TLanes.MultiplyAdd(odd, TLanes.Create(WinogradPoints.Inner), even), data + pointStride);
        TLanes.Store(TLanes.MultiplyAdd(odd, TLanes.Create(-WinogradPoints.Inner), even), data + (2 * pointStride));
        even = TLanes.MultiplyAdd(d2, TLanes.Create(-WinogradPoints.InnerSquare), d4);
        odd = TLanes.MultiplyAdd(d1, TLanes.Create(-WinogradPoints.InnerSquare), d3);
        TLanes.Store(TLanes.MultiplyAdd(odd, TLanes.Create(WinogradPoints.Outer), even), data + (3 * pointStride));
        TLanes.Store(TLanes.MultiplyAdd(odd, TLanes.Create(-WinogradPoints.Outer), even), data + (4 * pointStride));
        TLanes.Store(Ends<TVector, TLanes>(d1, d3, d5), data + (5 * pointStride));
    }
}
