using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Memory;

namespace ModelBuild.Runtime.Tests.Kernels.Quantized;

public sealed class QuantizeTests
{
    private static readonly float[] s_special =
    [
        0f, -0f, 0.5f, 1.5f, 2.5f, -0.5f, -1.5f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.MinValue, float.Epsilon, 1e-38f, 2147483648f,
        -2147483904f, 127.5f, 254.5f, 255.5f,
    ];

    private static readonly int[] s_lengths = [1, 2, 15, 16, 17, 35, 64, 150];

    [Theory]
    [InlineData(1f, 0)]
    [InlineData(0.037f, 128)]
    [InlineData(1e-30f, 255)]
    [InlineData(3e30f, 17)]
    public void BytesAreTheDivisionRoundedToEven(float scale, int zero)
    {
        foreach (int length in s_lengths)
        {
            using GuardedMemory<float> x = Floats(length, scale);
            using var u8 = new GuardedMemory<byte>(length);
            using var s8 = new GuardedMemory<sbyte>(length);
            Quantize.F32ToU8(x.Span, u8.Span, length, scale, zero);
            Quantize.F32ToS8(x.Span, s8.Span, length, scale, zero - 128);
            for (int i = 0; i < length; i++)
            {
                Assert.Equal(QuantizedElementwiseTests.Reference(x.Span[i], scale, zero, 0, 255), u8.Span[i]);
                Assert.Equal(QuantizedElementwiseTests.Reference(x.Span[i], scale, zero - 128, -128, 127), s8.Span[i]);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(19)]
    public void AxesHaveTheirOwnScales(int inner)
    {
        foreach (int axisLength in s_lengths)
        {
            int length = 2 * axisLength * inner;
            using GuardedMemory<float> x = Floats(length, 1f);
            using var scales = new GuardedMemory<float>(axisLength);
            using var zeros = new GuardedMemory<byte>(axisLength);
            using var signedZeros = new GuardedMemory<sbyte>(axisLength);
            var random = new Random(axisLength);
            for (int i = 0; i < axisLength; i++)
            {
                scales.Span[i] = 0.1f + random.NextSingle();
                zeros.Span[i] = (byte)random.Next(256);
                signedZeros.Span[i] = (sbyte)random.Next(-128, 128);
            }

            using var u8 = new GuardedMemory<byte>(length);
            using var s8 = new GuardedMemory<sbyte>(length);
            using var back = new GuardedMemory<float>(length);
            using var signedBack = new GuardedMemory<float>(length);
            Quantize.F32ToU8PerAxis(x.Span, scales.Span, zeros.Span, u8.Span, 2, axisLength, inner);
            Quantize.F32ToS8PerAxis(x.Span, scales.Span, signedZeros.Span, s8.Span, 2, axisLength, inner);
            Dequantize.U8ToF32PerAxis(u8.Span, scales.Span, zeros.Span, back.Span, 2, axisLength, inner);
            Dequantize.S8ToF32PerAxis(s8.Span, scales.Span, default, signedBack.Span, 2, axisLength, inner);
            for (int i = 0; i < length; i++)
            {
                int axis = i / inner % axisLength;
                Assert.Equal(QuantizedElementwiseTests.Reference(x.Span[i], scales.Span[axis], zeros.Span[axis], 0, 255), u8.Span[i]);
                Assert.Equal(QuantizedElementwiseTests.Reference(x.Span[i], scales.Span[axis], signedZeros.Span[axis], -128, 127), s8.Span[i]);
                Assert.Equal((u8.Span[i] - zeros.Span[axis]) * scales.Span[axis], back.Span[i]);
                Assert.Equal(s8.Span[i] * scales.Span[axis], signedBack.Span[i]);
            }

            Quantize.F32ToS8PerAxis(x.Span, scales.Span, default, s8.Span, 2, axisLength, inner);
            for (int i = 0; i < length; i++)
            {
                Assert.Equal(QuantizedElementwiseTests.Reference(x.Span[i], scales.Span[i / inner % axisLength], 0, -128, 127), s8.Span[i]);
            }
        }
    }

    [Fact]
    public void DequantizedValuesAreProducts()
    {
        foreach (int length in s_lengths)
        {
            var random = new Random(length);
            using var u8 = new GuardedMemory<byte>(length);
            using var s8 = new GuardedMemory<sbyte>(length);
            using var s32 = new GuardedMemory<int>(length);
            for (int i = 0; i < length; i++)
            {
                u8.Span[i] = (byte)random.Next(256);
                s8.Span[i] = (sbyte)random.Next(-128, 128);
                s32.Span[i] = random.Next(int.MinValue, int.MaxValue);
            }

            using var fromU8 = new GuardedMemory<float>(length);
            using var fromS8 = new GuardedMemory<float>(length);
            using var fromS32 = new GuardedMemory<float>(length);
            using var axis = new GuardedMemory<float>(length);
            Dequantize.U8ToF32(u8.Span, fromU8.Span, length, 0.3f, 200);
            Dequantize.S8ToF32(s8.Span, fromS8.Span, length, 0.3f, -100);
            Dequantize.S32ToF32(s32.Span, fromS32.Span, length, 0.3f);
            Dequantize.S32ToF32PerAxis(s32.Span, [0.7f], axis.Span, 1, 1, length);
            for (int i = 0; i < length; i++)
            {
                Assert.Equal((u8.Span[i] - 200) * 0.3f, fromU8.Span[i]);
                Assert.Equal((s8.Span[i] + 100) * 0.3f, fromS8.Span[i]);
                Assert.Equal(s32.Span[i] * 0.3f, fromS32.Span[i]);
                Assert.Equal(s32.Span[i] * 0.7f, axis.Span[i]);
            }
        }
    }

    /// <summary>The examples of the ONNX operator's own tests.</summary>
    [Theory]
    [InlineData(new[] { 0f, 2f, -3f, -2.5f, 1.34f, 0.5f }, new byte[] { 153, 255, 0, 26, 221, 179 }, 0.0196078438f, 153)]
    [InlineData(new[] { -1f, -2.1f, -1.3f, -2.5f, -3.34f, -4f }, new byte[] { 191, 121, 172, 96, 42, 0 }, 0.0156862754f, 255)]
    [InlineData(new[] { 1f, 2.1f, 1.3f, 2.5f, 3.34f, 4f, 1.5f, 2.6f, 3.9f, 4f, 3f, 2.345f }, new byte[] { 64, 134, 83, 159, 213, 255, 96, 166, 249, 255, 191, 149 }, 0.0156862754f, 0)]
    [InlineData(new[] { 0f, 0f }, new byte[] { 0, 0 }, 1f, 0)]
    [InlineData(new[] { float.NaN, 0f, 255f }, new byte[] { 0, 0, 255 }, 1f, 0)]
    public void DynamicRangesAreOnnx(float[] x, byte[] expected, float expectedScale, byte expectedZero)
    {
        var y = new byte[x.Length];
        var scale = new float[1];
        var zero = new byte[1];
        DynamicQuantize.F32(x, y, scale, zero, x.Length);
        Assert.Equal(expectedScale, scale[0]);
        Assert.Equal(expectedZero, zero[0]);
        Assert.Equal(expected, y);
    }

    [Fact]
    public void DynamicRangesFindEveryPosition()
    {
        for (int length = 1; length <= 50; length++)
        {
            for (int position = 0; position < length; position++)
            {
                using var x = new GuardedMemory<float>(length);
                using var y = new GuardedMemory<byte>(length);
                var scale = new float[1];
                var zero = new byte[1];
                x.Span[position] = -51f;
                x.Span[length - 1 - position] = length % 2 == 0 ? 204f : -51f;
                DynamicQuantize.F32(x.Span, y.Span, scale, zero, length);
                float low = x.Span[position] < 0 ? -51f : 0f;
                Assert.Equal(length % 2 == 0 ? 1f : 51f / 255f, scale[0]);
                Assert.Equal(low == 0f ? 0 : length % 2 == 0 ? 51 : 255, zero[0]);
            }
        }
    }

    private static GuardedMemory<float> Floats(int length, float scale)
    {
        var random = new Random(length);
        var values = new float[length];
        for (int i = 0; i < length; i++)
        {
            values[i] = random.Next(3) == 0 ? s_special[random.Next(s_special.Length)] : random.Next(4) == 0 ? (random.Next(-300, 300) + 0.5f) * scale : (random.NextSingle() - 0.5f) * 600f * scale;
        }

        return new GuardedMemory<float>(values);
    }
}
