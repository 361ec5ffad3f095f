using System.Numerics;

namespace ModelBuild.Kernels;

/// <summary>
/// ONNX QuantizeLinear and DequantizeLinear 25 for every element type, with scales that are computed too, and with one scale for the tensor, for each position of an axis or for each block of them.
/// </summary>
/// <remarks>
/// A grid tells which scale belongs to an element [outer][axis][inner]: it holds outer, axis length, inner, the length of a block along the axis, and the strides of the scales along
/// outer, blocks and inner.
/// </remarks>
public static class QuantizeGrid
{
    /// <summary>x / scale, rounded half to even, plus the zero point, within the range of the type. NaN becomes the zero point.</summary>
    /// <param name="x">The operand.</param>
    /// <param name="scales">The scales.</param>
    /// <param name="zeroPoints">The zero points, as many; empty for 0.</param>
    /// <param name="y">The result; small integers as those of 8 bits.</param>
    /// <param name="grid">Which scale belongs to an element.</param>
    /// <param name="low">The least value of the type.</param>
    /// <param name="high">The largest value of the type.</param>
    public static void ToInteger<T>(ReadOnlySpan<float> x, ReadOnlySpan<float> scales, ReadOnlySpan<float> zeroPoints, Span<T> y, ReadOnlySpan<int> grid, int low, int high)
        where T : unmanaged, IBinaryInteger<T>
    {
        Check(x.Length, y.Length, scales, zeroPoints, grid);
        Walk walk = new(grid);
        for (int i = 0; i < walk.Count; i++)
        {
            int at = walk.ScaleOf(i);
            float quotient = MathF.Round(x[i] / scales[at], MidpointRounding.ToEven);
            float zero = zeroPoints.Length > 0 ? zeroPoints[at] : 0;

            // Whole numbers below 2^17 are added exactly; a larger quotient stays outside of the range.
            y[i] = T.CreateTruncating((int)Math.Clamp((float.IsNaN(quotient) ? 0 : quotient) + zero, low, high));
        }
    }

    /// <summary>x / scale plus the zero point.</summary>
    /// <param name="x">The operand.</param>
    /// <param name="scales">The scales.</param>
    /// <param name="zeroPoints">The zero points, as many; empty for 0.</param>
    /// <param name="y">The result.</param>
    /// <param name="grid">Which scale belongs to an element.</param>
    public static void Divide(ReadOnlySpan<float> x, ReadOnlySpan<float> scales, ReadOnlySpan<float> zeroPoints, Span<float> y, ReadOnlySpan<int> grid)
    {
        Check(x.Length, y.Length, scales, zeroPoints, grid);
        Walk walk = new(grid);
        for (int i = 0; i < walk.Count; i++)
        {
            int at = walk.ScaleOf(i);
            y[i] = (x[i] / scales[at]) + (zeroPoints.Length > 0 ? zeroPoints[at] : 0);
        }
    }

    /// <summary>(x - zero point) times scale.</summary>
    /// <param name="x">The operand.</param>
    /// <param name="scales">The scales.</param>
    /// <param name="zeroPoints">The zero points, as many; empty for 0.</param>
    /// <param name="y">The result.</param>
    /// <param name="grid">Which scale belongs to an element.</param>
    public static void Multiply(ReadOnlySpan<float> x, ReadOnlySpan<float> scales, ReadOnlySpan<float> zeroPoints, Span<float> y, ReadOnlySpan<int> grid)
    {
        Check(x.Length, y.Length, scales, zeroPoints, grid);
        Walk walk = new(grid);
        for (int i = 0; i < walk.Count; i++)
        {
            int at = walk.ScaleOf(i);
            y[i] = (x[i] - (zeroPoints.Length > 0 ? zeroPoints[at] : 0)) * scales[at];
        }
    }

    private static void Check(int x, int y, ReadOnlySpan<float> scales, ReadOnlySpan<float> zeroPoints, ReadOnlySpan<int> grid)
    {
        Walk walk = new(grid);
        Throw.IfShorter(x, walk.Count, nameof(x));
        Throw.IfShorter(y, walk.Count, nameof(y));
        Throw.IfShorter(scales.Length, walk.Count == 0 ? 0 : walk.ScaleOf(walk.Count - 1) + 1, nameof(scales));
        Throw.IfPresentAndShorter(zeroPoints.Length, scales.Length, nameof(zeroPoints));
    }

    private readonly struct Walk(ReadOnlySpan<int> grid)
    {
        private readonly int _axisLength = grid[1];
        private readonly int _inner = grid[2];
        private readonly int _block = grid[3];
        private readonly int _outerStride = grid[4];
        private readonly int _blockStride = grid[5];
        private readonly int _innerStride = grid[6];

        public int Count { get; } = grid[0] * grid[1] * grid[2];

        public int ScaleOf(int position)
        {
            (int row, int inner) = Math.DivRem(position, _inner);
            (int outer, int axis) = Math.DivRem(row, _axisLength);
            return (outer * _outerStride) + (axis / _block * _blockStride) + (inner * _innerStride);
        }
    }
}
