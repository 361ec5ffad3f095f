namespace ModelBuild.Kernels;

/// <summary>A part of a grid, up to but without its right and lower end.</summary>
internal readonly record struct Jp2Rect(int X0, int Y0, int X1, int Y1)
{
    /// <summary>Columns.</summary>
    internal int Width => X1 - X0;

    /// <summary>Rows.</summary>
    internal int Height => Y1 - Y0;

    /// <summary>Whether nothing is in it.</summary>
    internal bool IsEmpty => X1 <= X0 || Y1 <= Y0;

    /// <summary>What is in both.</summary>
    internal Jp2Rect And(Jp2Rect other) => new(Math.Max(X0, other.X0), Math.Max(Y0, other.Y0), Math.Min(X1, other.X1), Math.Min(Y1, other.Y1));

    /// <summary>The samples of a grid of which one stands for so many columns and rows of this one.</summary>
    internal Jp2Rect Every(int columns, int rows) => new(Up(X0, columns), Up(Y0, rows), Up(X1, columns), Up(Y1, rows));

    /// <summary>The samples of a band: one of both directions at a step of a power of two, from a first one on.</summary>
    internal Jp2Rect Band(int bits, int firstX, int firstY) => new(Up(X0, bits, firstX), Up(Y0, bits, firstY), Up(X1, bits, firstX), Up(Y1, bits, firstY));

    private static int Up(int value, int step) => (int)(((long)value + step - 1) / step);

    private static int Up(int value, int bits, int first)
    {
        long offset = first == 0 ? 0 : 1L << (bits - 1);
        return (int)((value - offset + (1L << bits) - 1) >> bits);
    }
}
