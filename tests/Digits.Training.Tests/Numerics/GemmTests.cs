using Digits.Drawing;
using Digits.Training.Numerics;

namespace Digits.Training.Tests.Numerics;

public sealed class GemmTests
{
    [Theory]
    [InlineData(1, 1, 1, false)]
    [InlineData(5, 7, 10, false)]
    [InlineData(9, 33, 64, false)]
    [InlineData(9, 33, 75, true)]
    [InlineData(4, 1, 32, true)]
    public void Every_element_is_one_chain_of_fused_multiply_adds(int rows, int inner, int columns, bool transposed)
    {
        var random = new SplitMix64(11, (ulong)rows);
        float[] a = Random(ref random, rows * inner);
        float[] b = Random(ref random, inner * columns);
        float[] c = Random(ref random, rows * columns);
        int rowStride = transposed ? 1 : inner;
        int innerStride = transposed ? rows : 1;
        float[] expected = [.. c];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                for (int k = 0; k < inner; k++)
                {
                    ref float sum = ref expected[(i * columns) + j];
                    sum = MathF.FusedMultiplyAdd(a[(i * rowStride) + (k * innerStride)], b[(k * columns) + j], sum);
                }
            }
        }

        Gemm.MultiplyAdd(rows, inner, columns, a, rowStride, innerStride, b, c);

        // Bit-equal: the trained file must not depend on the vector width of the machine.
        Assert.Equal(expected, c);
    }

    [Fact]
    public void Short_matrices_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Gemm.MultiplyAdd(2, 3, 4, new float[5], 3, 1, new float[12], new float[8]));
        Assert.Throws<ArgumentException>(() => Gemm.MultiplyAdd(2, 3, 4, new float[6], 3, 1, new float[11], new float[8]));
        Assert.Throws<ArgumentException>(() => Gemm.MultiplyAdd(2, 3, 4, new float[6], 3, 1, new float[12], new float[7]));
    }

    private static float[] Random(ref SplitMix64 random, int length)
    {
        float[] values = new float[length];
        foreach (ref float value in values.AsSpan())
        {
            value = (float)random.NextDouble(-1, 1);
        }

        return values;
    }
}
