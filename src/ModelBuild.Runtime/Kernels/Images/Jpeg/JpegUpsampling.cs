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

    private static void Across(ReadOnlySpan<byte> near, Span<byte> to)
    {
        for (int x = 0; x < near.Length; x++)
        {
            int value = 3 * near[x];
            to[2 * x] = x == 0 ? near[x] : (byte)((value + near[x - 1] + 1) >> 2);
            to[(2 * x) + 1] = x == near.Length - 1 ? near[x] : (byte)((value + near[x + 1] + 2) >> 2);
        }
    }

    private static void Down(ReadOnlySpan<byte> near, ReadOnlySpan<byte> other, Span<byte> to, int bias)
    {
        for (int x = 0; x < near.Length; x++)
        {
            to[x] = (byte)(((3 * near[x]) + other[x] + bias) >> 2);
        }
    }

    private static void Both(ReadOnlySpan<byte> near, ReadOnlySpan<byte> other, Span<byte> to)
    {
        int before = (3 * near[0]) + other[0];
        int value = before;
        for (int x = 0; x < near.Length; x++)
        {
            int next = x == near.Length - 1 ? value : (3 * near[x + 1]) + other[x + 1];
            to[2 * x] = (byte)(((3 * value) + before + 8) >> 4);
            to[(2 * x) + 1] = (byte)(((3 * value) + next + 7) >> 4);
            (before, value) = (value, next);
        }
    }
}
