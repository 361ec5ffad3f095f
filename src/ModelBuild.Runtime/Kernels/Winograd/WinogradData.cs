using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>The transform of the data: 6x6 inputs of a tile to their values at the 36 points.</summary>
internal static unsafe class WinogradData
{
    /// <summary>Elements that <see cref="Transform"/> needs for a tile with its border.</summary>
    internal const int BorderedLength = WinogradPoints.Products * 16;

    /// <summary>Transforms the tiles of a block.</summary>
    /// <param name="task">What all tiles share.</param>
    /// <param name="x">The images.</param>
    /// <param name="data">Receives the values, [point][tile][channel].</param>
    /// <param name="bordered">Room for some channels of a tile with its border, <see cref="BorderedLength"/> elements.</param>
    /// <param name="firstTile">The block's first tile.</param>
    /// <param name="tiles">The block's tiles.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void Transform(WinogradTask* task, float* x, float* data, float* bordered, int firstTile, int tiles)
    {
        if (Vector512.IsHardwareAccelerated && task->InC >= FloatLanes.Lanes16.Count)
        {
            Tiles<Vector512<float>, FloatLanes.Lanes16>(task, x, data, bordered, firstTile, tiles);
        }
        else if (Vector256.IsHardwareAccelerated && task->InC >= FloatLanes.Lanes8.Count)
        {
            Tiles<Vector256<float>, FloatLanes.Lanes8>(task, x, data, bordered, firstTile, tiles);
        }
        else if (task->InC >= FloatLanes.Lanes4.Count)
        {
            Tiles<Vector128<float>, FloatLanes.Lanes4>(task, x, data, bordered, firstTile, tiles);
        }
        else
        {
            Tiles<float, FloatLanes.Lanes1>(task, x, data, bordered, firstTile, tiles);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Tiles<TVector, TLanes>(WinogradTask* task, float* x, float* data, float* bordered, int firstTile, int tiles)
        where TVector : struct
        where TLanes : IFloatLanes<TVector>
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
            if (top >= 0 && left >= 0 && top + WinogradPoints.Points <= task->InH && left + WinogradPoints.Points <= task->InW)
            {
                Inside<TVector, TLanes>(image + (top * lineStride) + (left * channels), lineStride, channels, data, task->DataPointStride);
            }
            else
            {
                AtBorder<TVector, TLanes>(task, image, top, left, bordered, data);
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

    /// <summary>Transforms one tile; the last channels are done twice where their number is no multiple of the lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Inside<TVector, TLanes>(float* x, nint lineStride, nint channels, float* data, nint pointStride)
        where TVector : struct
        where TLanes : IFloatLanes<TVector>
    {
        nint last = channels - TLanes.Count;
        nint channel = 0;
        while (true)
        {
            AllPoints<TVector, TLanes>(x + channel, lineStride, channels, data + channel, pointStride);
            if (channel == last)
            {
                return;
            }

            channel = Math.Min(channel + TLanes.Count, last);
        }
    }

    /// <summary>Transforms one tile that reaches over the image: its channels go through a zero-bordered tile, stored as they are loaded again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void AtBorder<TVector, TLanes>(WinogradTask* task, float* image, int top, int left, float* bordered, float* data)
        where TVector : struct
        where TLanes : IFloatLanes<TVector>
    {
        nint channels = task->InC;
        int fromLine = Math.Clamp(-top, 0, WinogradPoints.Points);
        int toLine = Math.Clamp(task->InH - top, fromLine, WinogradPoints.Points);
        int fromColumn = Math.Clamp(-left, 0, WinogradPoints.Points);
        int toColumn = Math.Clamp(task->InW - left, fromColumn, WinogradPoints.Points);
        for (int i = 0; i < WinogradPoints.Products; i++)
        {
            TLanes.Store(TLanes.Create(0f), bordered + (i * TLanes.Count));
        }

        nint last = channels - TLanes.Count;
        nint channel = 0;
        while (true)
        {
            for (int line = fromLine; line < toLine; line++)
            {
                float* source = image + ((((nint)(top + line) * task->InW) + left) * channels) + channel;
                float* target = bordered + (line * WinogradPoints.Points * TLanes.Count);
                for (int column = fromColumn; column < toColumn; column++)
                {
                    TLanes.Store(TLanes.Load(source + (column * channels)), target + (column * TLanes.Count));
                }
            }

            Inside<TVector, TLanes>(bordered, WinogradPoints.Points * TLanes.Count, TLanes.Count, data + channel, task->DataPointStride);
            if (channel == last)
            {
                return;
            }

            channel = Math.Min(channel + TLanes.Count, last);
        }
    }

    /// <summary>Two halves of the points along the height, so that what is between the two axes stays in registers. They have no operation in common.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AllPoints<TVector, TLanes>(float* x, nint line, nint column, float* data, nint pointStride)
        where TVector : struct
        where TLanes : IFloatLanes<TVector>
    {
        LowerPoints<TVector, TLanes>(x, line, column, data, pointStride);
        UpperPoints<TVector, TLanes>(x, line, column, data + (3 * WinogradPoints.Points * pointStride), pointStride);
    }

    /// <summary>Points 0, a and -a along the height.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void LowerPoints<TVector, TLanes>(float* x, nint line, nint column, float* data, nint pointStride)
        where TVector : struct
        where TLanes : IFloatLanes<TVector>
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
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void UpperPoints<TVector, TLanes>(float* x, nint line, nint column, float* data, nint pointStride)
        where TVector : struct
        where TLanes : IFloatLanes<TVector>
    {
        Upper<TVector, TLanes>(x, line, out TVector plus0, out TVector minus0, out TVector infinity0);
        Upper<TVector, TLanes>(x + column, line, out TVector plus1, out TVector minus1, out TVector infinity1);
        Upper<TVector, TLanes>(x + (2 * column), line, out TVector plus2, out TVector minus2, out TVector infinity2);
        Upper<TVector, TLanes>(x + (3 * column), line, out TVector plus3, out TVector minus3, out TVector infinity3);
        Upper<TVector, TLanes>(x + (4 * column), line, out TVector plus4, out TVector minus4, out TVector infinity4);
        Upper<TVector, TLanes>(x + (5 * column), line, out TVector plus5, out TVector minus5, out TVector infinity5);
        Row<TVector, TLanes>(plus0, plus1, plus2, plus3, plus4, plus5, data, pointStride);
        data += WinogradPoints.Points * pointStride;
        Row<TVector, TLanes>(minus0, minus1, minus2, minus3, minus4, minus5, data, pointStride);
        data += WinogradPoints.Points * pointStride;
        Row<TVector, TLanes>(infinity0, infinity1, infinity2, infinity3, infinity4, infinity5, data, pointStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Lower<TVector, TLanes>(float* x, nint line, out TVector zero, out TVector plus, out TVector minus)
        where TVector : struct
        where TLanes : IFloatLanes<TVector>
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
        where TLanes : IFloatLanes<TVector>
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
        where TLanes : IFloatLanes<TVector> =>
        TLanes.MultiplyAdd(d0, TLanes.Create(WinogradPoints.SquareProduct), TLanes.MultiplyAdd(d2, TLanes.Create(-WinogradPoints.SquareSum), d4));

    /// <summary>All points along the width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row<TVector, TLanes>(TVector d0, TVector d1, TVector d2, TVector d3, TVector d4, TVector d5, float* data, nint pointStride)
        where TVector : struct
        where TLanes : IFloatLanes<TVector>
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
