using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Memory;

namespace ModelBuild.Runtime.Tests.Kernels.NBits;

public sealed class MatMulNBitsTests
{
    // Sums of up to 300 products of magnitude 3 * 15 (or 255) * 3 in binary32.
    private const double Relative = 300 * Close.Ulp;

    public static TheoryData<int, int> Forms => new() { { 4, 16 }, { 4, 32 }, { 4, 64 }, { 4, 128 }, { 8, 16 }, { 8, 32 }, { 8, 256 } };

    [Theory]
    [MemberData(nameof(Forms))]
    public void EqualsTheDefinition(int bits, int blockLength)
    {
        foreach ((int m, int n, int k) in new[] { (1, 1, 1), (1, 5, blockLength), (2, 3, blockLength + 1), (8, 7, 300), (9, 4, 3 * blockLength), (17, 3, 77) })
        {
            Check(bits, blockLength, m, n, k, hasOffsets: false, hasBias: false);
            Check(bits, blockLength, m, n, k, hasOffsets: true, hasBias: true);
        }
    }

    [Fact]
    public void ShortSpansAreRefused()
    {
        Assert.Throws<ArgumentException>(() => MatMulNBits.F32(new float[16], new byte[7], new float[1], default, default, new float[1], new float[17], 1, 1, 16, 16, 4));
        Assert.Throws<ArgumentException>(() => MatMulNBits.F32(new float[16], new byte[8], new float[1], default, default, new float[1], new float[16], 1, 1, 16, 16, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => MatMulNBits.F32(new float[8], new byte[4], new float[1], default, default, new float[1], new float[9], 1, 1, 8, 8, 4));
    }

    private static void Check(int bits, int blockLength, int m, int n, int k, bool hasOffsets, bool hasBias)
    {
        int blocks = (k + blockLength - 1) / blockLength;
        using var a = new GuardedMemory<float>(Samples.Uniform(m * k, m + k));
        using var packed = new GuardedMemory<byte>([.. Samples.Integers(n * blocks * blockLength * bits / 8, n, 0, 256).Select(v => (byte)v)]);
        using var scales = new GuardedMemory<float>(Samples.Uniform(n * blocks, 1));
        using var offsets = new GuardedMemory<float>(Samples.Uniform(n * blocks, 2));
        using var bias = new GuardedMemory<float>(Samples.Uniform(n, 3));
        using var y = new GuardedMemory<float>(m * n);
        using var scratch = new GuardedMemory<float>(MatMulNBits.ScratchLength(m, k, blockLength));
        MatMulNBits.F32(a.Span, packed.Span, scales.Span, hasOffsets ? offsets.Span : default, hasBias ? bias.Span : default, y.Span, scratch.Span, m, n, k, blockLength, bits);
        for (int i = 0; i < m * n; i++)
        {
            int column = i % n;
            double expected = hasBias ? bias.Span[column] : 0;
            double magnitude = Math.Abs(expected);
            for (int j = 0; j < k; j++)
            {
                int block = (column * blocks) + (j / blockLength);
                int at = (block * blockLength) + (j % blockLength);
                int level = bits == 8 ? packed.Span[at] : (packed.Span[at / 2] >> (4 * (at % 2))) & 15;
                double offset = hasOffsets ? offsets.Span[block] : (double)scales.Span[block] * (1 << (bits - 1));
                double term = a.Span[(i / n * k) + j];
                expected += term * (((double)level * scales.Span[block]) - offset);
                magnitude += Math.Abs(term) * (Math.Abs(level * scales.Span[block]) + Math.Abs(offset));
            }

            Close.AssertEqual(expected, y.Span[i], Relative * magnitude, 0, $"{bits} bits, blocks of {blockLength}, {m}x{n}x{k}, element {i}");
        }
    }
}
