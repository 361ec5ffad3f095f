using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>
/// Rows of an image from components of fewer samples. Where there are half as many, new ones lie a quarter and three quarters of the way between them and are interpolated; halves are rounded down and up
/// in turn (ONNX ImageDecoder 20, "chroma upsampling"). Of other ratios, samples are repeated.
/// </summary>
internal static class JpegUpsampling
{
    // Narrower components are repeated by decoders of the Independent JPEG Group's line.
    private const int LeastWidth = 3;

    /// <summary>Memory for a row: twice the samples of a unit more than it has pixels.</summary>
    public static int RoomOf(int width) => width + 64;

    /// <summary>A row of a component.</summary>
    /// <param name="component">The component.</param>
    /// <param name="plane">All its rows.</param>
    /// <param name="y">The row of the image.</param>
    /// <param name="room">Memory for a row.</param>
    /// <returns>At least as many samples as a row of the image has.</returns>
    public static ReadOnlySpan<byte> Row(scoped in JpegComponent component, ReadOnlySpan<byte> plane, int y, Span<byte> room)
    {
        int row = y / component.StepY;
        ReadOnlySpan<byte> near = plane.Slice(row * component.Stride, component.Width);
        bool isSmooth = component.StepX == 1 || component.Width >= LeastWidth;
        switch (component.StepX, component.StepY)
        {
            case (1, 1):
                return near;
            case (2, 1) when isSmooth:
                Across(near, room);
                break;
            case (1, 2):
                Down(near, Other(component, plane, y), room, 1 + (y % 2));
                break;
            case (2, 2) when isSmooth:
                Both(near, Other(component, plane, y), room);
                break;
            default:
                for (int x = 0; x < near.Length; x++)
                {
                    room.Slice(x * component.StepX, component.StepX).Fill(near[x]);
                }

                break;
        }

        return room;
    }

    // The row above for even rows of the image, the one below for odd ones; at the edges the row itself.
    private static ReadOnlySpan<byte> Other(scoped in JpegComponent component, ReadOnlySpan<byte> plane, int y)
    {
        int row = Math.Clamp((y / 2) + (y % 2 == 0 ? -1 : 1), 0, component.Height - 1);
        return plane.Slice(row * component.Stride, component.Width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Across(ReadOnlySpan<byte> near, Span<byte> to)
    {
        int last = near.Length - 1;
        to[0] = near[0];
        to[1] = last == 0 ? near[0] : (byte)(((3 * near[0]) + near[1] + 2) >> 2);
        int x = 1;
        for (; Vector128.IsHardwareAccelerated && x <= last - Vector128<byte>.Count; x += Vector128<byte>.Count)
        {
            Vector256<ushort> value = Wide(near, x) * 3;
            StorePairs((value + Wide(near, x - 1) + Vector256<ushort>.One) >> 2, (value + Wide(near, x + 1) + Vector256.Create((ushort)2)) >> 2, to, x);
        }

        for (; x <= last; x++)
        {
            int value = 3 * near[x];
            to[2 * x] = (byte)((value + near[x - 1] + 1) >> 2);
            to[(2 * x) + 1] = x == last ? near[x] : (byte)((value + near[x + 1] + 2) >> 2);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Down(ReadOnlySpan<byte> near, ReadOnlySpan<byte> other, Span<byte> to, int bias)
    {
        int x = 0;
        for (; Vector128.IsHardwareAccelerated && x <= near.Length - Vector128<byte>.Count; x += Vector128<byte>.Count)
        {
            Vector256<ushort> value = (Between(near, other, x) + Vector256.Create((ushort)bias)) >> 2;
            Vector128.Narrow(value.GetLower(), value.GetUpper()).CopyTo(to[x..]);
        }

        for (; x < near.Length; x++)
        {
            to[x] = (byte)(((3 * near[x]) + other[x] + bias) >> 2);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Both(ReadOnlySpan<byte> near, ReadOnlySpan<byte> other, Span<byte> to)
    {
        int last = near.Length - 1;
        Pair(near, other, to, 0, last);
        int x = 1;
        for (; Vector128.IsHardwareAccelerated && x <= last - Vector128<byte>.Count; x += Vector128<byte>.Count)
        {
            Vector256<ushort> value = Between(near, other, x) * 3;
            StorePairs((value + Between(near, other, x - 1) + Vector256.Create((ushort)8)) >> 4, (value + Between(near, other, x + 1) + Vector256.Create((ushort)7)) >> 4, to, x);
        }

        for (; x <= last; x++)
        {
            Pair(near, other, to, x, last);
        }
    }

    private static void Pair(ReadOnlySpan<byte> near, ReadOnlySpan<byte> other, Span<byte> to, int x, int last)
    {
        (int before, int next) = (Math.Max(x - 1, 0), Math.Min(x + 1, last));
        int value = 3 * ((3 * near[x]) + other[x]);
        to[2 * x] = (byte)((value + (3 * near[before]) + other[before] + 8) >> 4);
        to[(2 * x) + 1] = (byte)((value + (3 * near[next]) + other[next] + 7) >> 4);
    }

    // Three quarters of a sample and a quarter of that of the other row, times 4.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ushort> Between(ReadOnlySpan<byte> near, ReadOnlySpan<byte> other, int x) => (Wide(near, x) * 3) + Wide(other, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ushort> Wide(ReadOnlySpan<byte> samples, int x)
    {
        (Vector128<ushort> low, Vector128<ushort> high) = Vector128.Widen(Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(samples), (nuint)x));
        return Vector256.Create(low, high);
    }

    // Bytes beside each other, in the order of memory.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StorePairs(Vector256<ushort> even, Vector256<ushort> odd, Span<byte> to, int x) => (even | (odd << 8)).AsByte().CopyTo(to[(2 * x)..]);
}
