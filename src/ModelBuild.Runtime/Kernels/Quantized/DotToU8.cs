using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>y = clamp(rne(fp32(acc) * scale) + zero, min, max), clamped in float so that no conversion overflows.</summary>
internal unsafe struct DotToU8 : IDotEpilogue
{
    /// <summary>The output.</summary>
    internal byte* Y;

    /// <summary>Elements between output rows.</summary>
    internal nint Stride;

    /// <summary>The zero point of the output.</summary>
    internal int Zero;

    /// <summary>The lower bound less the zero point.</summary>
    internal float Low;

    /// <summary>The upper bound less the zero point.</summary>
    internal float High;

    /// <summary>Creates the epilogue.</summary>
    internal DotToU8(byte* y, nint stride, int zero, int min, int max)
    {
        Y = y;
        Stride = stride;
        Zero = zero;
        Low = min - zero;
        High = max - zero;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Store(int* tile, nint tileStride, nint row, int rows, int column, int columns, float* scales, float* floatBias)
    {
        byte* y = Y + (row * Stride) + column;
        bool full = columns == DotPanel.Columns;
        if (Avx512F.IsSupported)
        {
            Vector512<float> scale = Vector512.Load(scales);
            Vector512<float> low = Vector512.Create(Low);
            Vector512<float> high = Vector512.Create(High);
            Vector512<int> zero = Vector512.Create(Zero);
            if (full && Avx512BW.IsSupported)
            {
                // What is below all bytes saturates on the way to them.
                Vector512<short> offset = Vector512.Create((short)Zero);
                Vector512<byte> least = Vector512.Create((byte)((int)Low + Zero));
                for (; rows >= 4; rows -= 4, tile += 4 * tileStride)
                {
                    int* third = tile + (2 * tileStride);
                    Vector512<byte> bytes = QuantizedRounding.Pack64(
                        Rounded(tile, scale, high), Rounded(tile + tileStride, scale, high), Rounded(third, scale, high), Rounded(third + tileStride, scale, high), offset);
                    bytes = Vector512.Max(bytes, least);
                    bytes.GetLower().GetLower().Store(y);
                    bytes.GetLower().GetUpper().Store(y + Stride);
                    y += 2 * Stride;
                    bytes.GetUpper().GetLower().Store(y);
                    bytes.GetUpper().GetUpper().Store(y + Stride);
                    y += 2 * Stride;
                }
            }

            for (int r = 0; r < rows; r++, y += Stride, tile += tileStride)
            {
                Vector512<float> value = Avx512F.Max(low, Avx512F.Min(high, Scaled(tile, scale)));
                Vector128<byte> bytes = Avx512F.ConvertToVector128Byte(Avx512F.ConvertToVector512Int32(value) + zero);
                if (full)
                {
                    bytes.Store(y);
                }
                else
                {
                    StorePart(bytes, y, columns);
                }
            }
        }
        else if (Avx2.IsSupported)
        {
            Vector256<float> scale0 = Vector256.Load(scales);
            Vector256<float> scale1 = Vector256.Load(scales + 8);
            Vector256<float> low = Vector256.Create(Low);
            Vector256<float> high = Vector256.Create(High);
            Vector256<int> zero = Vector256.Create(Zero);
            if (full)
            {
                Vector256<short> offset = Vector256.Create((short)Zero);
                Vector256<byte> least = Vector256.Create((byte)((int)Low + Zero));
                for (; rows >= 2; rows -= 2, tile += 2 * tileStride)
                {
                    Vector256<byte> bytes = QuantizedRounding.Pack32(
                        Rounded(tile, scale0, high), Rounded(tile + 8, scale1, high), Rounded(tile + tileStride, scale0, high), Rounded(tile + tileStride + 8, scale1, high), offset);
                    bytes = Vector256.Max(bytes, least);
                    bytes.GetLower().Store(y);
                    bytes.GetUpper().Store(y + Stride);
                    y += 2 * Stride;
                }
            }

            for (int r = 0; r < rows; r++, y += Stride, tile += tileStride)
            {
                Vector256<float> value0 = Vector256.ConvertToSingle(Vector256.Load(tile)) * scale0;
                Vector256<float> value1 = Vector256.ConvertToSingle(Vector256.Load(tile + 8)) * scale1;
                Vector256<int> int0 = Avx.ConvertToVector256Int32(Avx.Max(low, Avx.Min(high, value0))) + zero;
                Vector256<int> int1 = Avx.ConvertToVector256Int32(Avx.Max(low, Avx.Min(high, value1))) + zero;
                Vector256<short> shorts = Avx2.Permute4x64(Avx2.PackSignedSaturate(int0, int1).AsInt64(), 0b11_01_10_00).AsInt16();
                Vector128<byte> bytes = Sse2.PackUnsignedSaturate(shorts.GetLower(), shorts.GetUpper());
                if (full)
                {
                    bytes.Store(y);
                }
                else
                {
                    StorePart(bytes, y, columns);
                }
            }
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            for (int r = 0; r < rows; r++, y += Stride, tile += tileStride)
            {
                Vector128<short> shorts0 = Vector128.Narrow(Quad(tile, scales), Quad(tile + 4, scales + 4));
                Vector128<short> shorts1 = Vector128.Narrow(Quad(tile + 8, scales + 8), Quad(tile + 12, scales + 12));
                Vector128<byte> bytes = Vector128.Narrow(shorts0.AsUInt16(), shorts1.AsUInt16());
                if (full)
                {
                    bytes.Store(y);
                }
                else
                {
                    StorePart(bytes, y, columns);
                }
            }
        }
        else
        {
            for (int r = 0; r < rows; r++, y += Stride, tile += tileStride)
            {
                for (int c = 0; c < columns; c++)
                {
                    y[c] = Element(tile[c], scales[c]);
                }
            }
        }
    }

    /// <summary>One element.</summary>
    internal readonly byte Element(int accumulator, float scale) =>
        (byte)((int)MathF.Max(Low, MathF.Min(High, MathF.Round(accumulator * scale))) + Zero);

    /// <summary>The scaled sums of a row, read in two halves: a kernel that stored 256-bit vectors would stall one 512-bit load.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Scaled(int* tile, Vector512<float> scale) =>
        Vector512.ConvertToSingle(QuantizedRounding.Join(Vector256.Load(tile), Vector256.Load(tile + 8))) * scale;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Rounded(int* tile, Vector512<float> scale, Vector512<float> high) =>
        Avx512F.ConvertToVector512Int32(Avx512F.Min(high, Scaled(tile, scale)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Rounded(int* tile, Vector256<float> scale, Vector256<float> high) =>
        Avx.ConvertToVector256Int32(Avx.Min(high, Vector256.ConvertToSingle(Vector256.Load(tile)) * scale));

    private readonly Vector128<int> Quad(int* tile, float* scales)
    {
        Vector128<float> value = Vector128.ConvertToSingle(Vector128.Load(tile)) * Vector128.Load(scales);
        value = Vector128.Max(Vector128.Create(Low), Vector128.Min(Vector128.Create(High), value));
        return Vector128.ConvertToInt32(Vector128.Round(value)) + Vector128.Create(Zero);
    }

    /// <summary>Stores the first 1 to 15 bytes, in memory order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StorePart(Vector128<byte> bytes, byte* y, int count)
    {
        if (count == 8)
        {
            bytes.GetLower().Store(y);
            return;
        }

        if ((count & 8) != 0)
        {
            bytes.GetLower().Store(y);
            y += 8;
            bytes = bytes.GetUpper().ToVector128();
        }

        ulong rest = bytes.AsUInt64().ToScalar();
        for (int i = 0; i < (count & 7); i++)
        {
            y[i] = (byte)rest;
            rest >>= 8;
        }
    }
}
