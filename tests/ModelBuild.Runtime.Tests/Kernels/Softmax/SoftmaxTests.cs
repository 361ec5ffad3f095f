using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Memory;

namespace ModelBuild.Runtime.Tests.Kernels;

public sealed class SoftmaxTests
{
    // Exp and its sum: each a few ulp relative, the sum of at most 300 terms.
    private const double Relative = 64 * Close.Ulp;

    [Fact]
    public void EqualsTheDefinition()
    {
        foreach (int axis in new[] { 1, 2, 3, 5, 10, 16, 17, 31, 33, 100, 257 })
        {
            foreach (int inner in new[] { 1, 2, 7, 63, 64, 65, 130 })
            {
                float[] values = Samples.Uniform(2 * axis * inner, axis * inner, -20f, 20f);
                using var x = new GuardedMemory<float>(values);
                using var y = new GuardedMemory<float>(values.Length);
                using var log = new GuardedMemory<float>(values.Length);
                using var hard = new GuardedMemory<float>(values.Length);
                Softmax.F32(x.Span, y.Span, 2, axis, inner);
                Softmax.LogF32(x.Span, log.Span, 2, axis, inner);
                Softmax.HardF32(x.Span, hard.Span, 2, axis, inner);
                double[] wide = [.. values.Select(v => (double)v)];
                double[] doubles = new double[wide.Length];
                double[] logs = new double[wide.Length];
                Softmax.F64(wide, doubles, 2, axis, inner, logarithm: false);
                Softmax.F64(wide, logs, 2, axis, inner, logarithm: true);
                Softmax.F32(x.Span, x.Span, 2, axis, inner);
                Assert.Equal(y.Span.ToArray(), x.Span.ToArray());
                for (int column = 0; column < 2 * inner; column++)
                {
                    int[] at = [.. Enumerable.Range(0, axis).Select(k => (((column / inner * axis) + k) * inner) + (column % inner))];
                    double max = at.Max(i => values[i]);
                    double sum = at.Sum(i => Math.Exp(values[i] - max));
                    foreach (int i in at)
                    {
                        Close.AssertEqual(Math.Exp(values[i] - max) / sum, y.Span[i], 1e-37, Relative, $"softmax {axis} x {inner}");
                        Close.AssertEqual(values[i] - max - Math.Log(sum), log.Span[i], 8e-6, Relative, $"log {axis} x {inner}");
                        Assert.Equal(values[i] == max ? 1f : 0f, hard.Span[i]);
                        Assert.Equal(Math.Exp(values[i] - max) / sum, doubles[i], 1e-14);
                        Assert.Equal(values[i] - max - Math.Log(sum), logs[i], 1e-13);
                    }
                }
            }
        }
    }

    [Fact]
    public void ShortRowsEqualTheDefinitionWhereverTheyLie()
    {
        for (int axis = 1; axis <= 15; axis++)
        {
            foreach (int outer in new[] { 1, 15, 16, 63, 64, 65, 130 })
            {
                float[] values = Samples.Uniform(outer * axis, axis, -20f, 20f);
                values.AsSpan(0, axis).CopyTo(values.AsSpan((outer - 1) * axis));
                using var x = new GuardedMemory<float>(values);
                using var y = new GuardedMemory<float>(values.Length);
                using var log = new GuardedMemory<float>(values.Length);
                Softmax.F32(x.Span, y.Span, outer, axis, 1);
                Softmax.LogF32(x.Span, log.Span, outer, axis, 1);
                Softmax.F32(x.Span, x.Span, outer, axis, 1);
                Assert.Equal(y.Span.ToArray(), x.Span.ToArray());
                Assert.Equal(y.Span[..axis].ToArray(), y.Span[^axis..].ToArray());
                for (int row = 0; row < outer; row++)
                {
                    float[] terms = values[(row * axis)..((row + 1) * axis)];
                    double max = terms.Max();
                    double sum = terms.Sum(v => Math.Exp(v - max));
                    for (int k = 0; k < axis; k++)
                    {
                        Close.AssertEqual(Math.Exp(terms[k] - max) / sum, y.Span[(row * axis) + k], 1e-37, Relative, $"softmax of {axis}");
                        Close.AssertEqual(terms[k] - max - Math.Log(sum), log.Span[(row * axis) + k], 8e-6, Relative, $"log of {axis}");
                    }
                }
            }
        }
    }

    [Theory]
    [InlineData(0, 3, 1)]
    [InlineData(1, 0, 1)]
    [InlineData(1, 1, 0)]
    [InlineData(2, 20, 0)]
    public void NothingIsReadOrWrittenWhereThereIsNothing(int outer, int axis, int inner)
    {
        Softmax.F32([], [], outer, axis, inner);
        Softmax.LogF32([], [], outer, axis, inner);
        Softmax.HardF32([], [], outer, axis, inner);
        Softmax.F64([], [], outer, axis, inner, logarithm: false);
    }

    [Fact]
    public void MaskedElementsAreZero()
    {
        var y = new float[4];
        Softmax.F32([float.NegativeInfinity, 1f, float.NegativeInfinity, 1f], y, 1, 4, 1);
        Assert.Equal([0f, 0.5f, 0f, 0.5f], y);
    }

    [Fact]
    public void LargeValuesDoNotOverflow()
    {
        var y = new float[2];
        Softmax.F32([3e38f, 3e38f], y, 1, 2, 1);
        Assert.Equal([0.5f, 0.5f], y);
    }

    [Fact]
    public void Rows_of_every_length_equal_the_definition_whatever_is_beside_them()
    {
        for (int length = 1; length <= 20; length++)
        {
            foreach (int rows in new[] { 1, 2, 7, 8, 9, 15, 16, 17, 33 })
            {
                float[] values = Samples.Uniform(rows * length, (rows * 100) + length, -20f, 20f);
                using var x = new GuardedMemory<float>(values);
                using var y = new GuardedMemory<float>(values.Length);
                Softmax.F32(x.Span, y.Span, rows, length, 1);
                float[] alone = new float[length];
                for (int row = 0; row < rows; row++)
                {
                    float[] own = values[(row * length)..((row + 1) * length)];
                    double sum = own.Sum(v => Math.Exp(v - own.Max()));
                    Softmax.F32(own, alone, 1, length, 1);
                    Assert.Equal(alone, y.Span.Slice(row * length, length).ToArray());
                    for (int k = 0; k < length; k++)
                    {
                        Close.AssertEqual(Math.Exp(own[k] - own.Max()) / sum, alone[k], 1e-37, Relative, $"{rows} rows of {length}");
                    }
                }

                Softmax.F32(x.Span, x.Span, rows, length, 1);
                Assert.Equal(y.Span.ToArray(), x.Span.ToArray());
            }
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_row_without_a_result_is_NaN_and_leaves_its_neighbours(float value)
    {
        for (int length = 2; length <= 17; length++)
        {
            for (int place = 0; place < length; place++)
            {
                float[] values = new float[3 * length];
                values[length + place] = value;
                Softmax.F32(values, values, 3, length, 1);
                Assert.All(values[length..(2 * length)], v => Assert.Equal(float.NaN, v));
                Assert.All(values[..length].Concat(values[(2 * length)..]), v => Assert.Equal(1f / length, v, Relative));
            }
        }
    }
}
