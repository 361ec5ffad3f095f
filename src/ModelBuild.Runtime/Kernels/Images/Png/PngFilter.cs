namespace ModelBuild.Kernels;

/// <summary>The filters of PNG: a row holds differences from its neighbours.</summary>
internal static class PngFilter
{
    /// <summary>Turns differences into samples.</summary>
    /// <param name="kind">The row's filter.</param>
    /// <param name="row">The bytes of the row.</param>
    /// <param name="above">The bytes of the row above, or as many zeros.</param>
    /// <param name="distance">Bytes from one pixel to the next, at least 1.</param>
    /// <exception cref="InvalidDataException">There is no such filter.</exception>
    public static void Undo(int kind, Span<byte> row, ReadOnlySpan<byte> above, int distance)
    {
        above = above[..row.Length];
        switch (kind)
        {
            case 0:
                break;
            case 1:
                for (int i = distance; i < row.Length; i++)
                {
                    row[i] += row[i - distance];
                }

                break;
            case 2:
                for (int i = 0; i < row.Length; i++)
                {
                    row[i] += above[i];
                }

                break;
            case 3:
                for (int i = 0; i < row.Length; i++)
                {
                    row[i] += (byte)(((i >= distance ? row[i - distance] : 0) + above[i]) / 2);
                }

                break;
            case 4:
                for (int i = 0; i < row.Length; i++)
                {
                    row[i] += i >= distance ? Paeth(row[i - distance], above[i], above[i - distance]) : above[i];
                }

                break;
            default:
                throw ImageErrors.Damaged(PngFormat.FormatName, $"a row has the filter {kind}, of 0 to 4");
        }
    }

    private static byte Paeth(int left, int up, int corner)
    {
        int estimate = left + up - corner;
        (int a, int b, int c) = (Math.Abs(estimate - left), Math.Abs(estimate - up), Math.Abs(estimate - corner));
        return (byte)(a <= b && a <= c ? left : b <= c ? up : corner);
    }
}
