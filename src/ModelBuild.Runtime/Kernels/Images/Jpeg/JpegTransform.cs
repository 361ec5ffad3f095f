using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>
/// The inverse cosine transform of blocks of 8 by 8, in integers: columns, then rows, by the factorisation of Loeffler, Ligtenberg and Moschytz with constants of 13 bits, as the reference software of the
/// Independent JPEG Group rounds it ("slow integer"). Results are those of decoders that follow it, bit for bit. Eight columns, then eight rows, are computed at once.
/// </summary>
internal static partial class JpegTransform
{
    private const int Bits = 13;

    // Bits that columns keep for rows.
    private const int Kept = 2;
    private const int ColumnShift = Bits - Kept;
    private const int RowShift = Bits + Kept + 3;
    private const int Side = JpegComponent.BlockSide;
    private const int Centre = 128;

    // Cosines and their sums, times 2 to the power of Bits.
    private const int C0298 = 2446, C0390 = 3196, C0541 = 4433, C0765 = 6270, C0899 = 7373, C1175 = 9633, C1501 = 12299, C1847 = 15137, C1961 = 16069, C2053 = 16819, C2562 = 20995, C3072 = 25172;

    /// <summary>Computes the samples of a block.</summary>
    /// <param name="coefficients">64 coefficients.</param>
    /// <param name="factors">What they are multiplied by.</param>
    /// <param name="samples">Receives 8 rows.</param>
    /// <param name="stride">Samples from one row to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(ReadOnlySpan<short> coefficients, ReadOnlySpan<int> factors, Span<byte> samples, int stride)
    {
        if (!Vector128.IsHardwareAccelerated)
        {
            RunSingle(coefficients, factors, samples, stride);
            return;
        }

        ref short x = ref MemoryMarshal.GetReference(coefficients[..JpegComponent.BlockSize]);
        ref int f = ref MemoryMarshal.GetReference(factors[..JpegComponent.BlockSize]);
        ref byte y = ref MemoryMarshal.GetReference(samples[..((7 * stride) + Side)]);
        if (HasFirstOnly(ref x))
        {
            Fill(x * f, ref y, stride);
            return;
        }

        Vector256<int> v0 = Product(ref x, ref f, 0), v1 = Product(ref x, ref f, 1), v2 = Product(ref x, ref f, 2), v3 = Product(ref x, ref f, 3);
        Vector256<int> v4 = Product(ref x, ref f, 4), v5 = Product(ref x, ref f, 5), v6 = Product(ref x, ref f, 6), v7 = Product(ref x, ref f, 7);
        Lines(ref v0, ref v1, ref v2, ref v3, ref v4, ref v5, ref v6, ref v7, ColumnShift);
        Transpose(ref v0, ref v1, ref v2, ref v3, ref v4, ref v5, ref v6, ref v7);
        Lines(ref v0, ref v1, ref v2, ref v3, ref v4, ref v5, ref v6, ref v7, RowShift);
        Transpose(ref v0, ref v1, ref v2, ref v3, ref v4, ref v5, ref v6, ref v7);
        Store(v0, v1, ref y, stride);
        Store(v2, v3, ref Unsafe.Add(ref y, 2 * stride), stride);
        Store(v4, v5, ref Unsafe.Add(ref y, 4 * stride), stride);
        Store(v6, v7, ref Unsafe.Add(ref y, 6 * stride), stride);
    }

    // Many blocks have one colour.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool HasFirstOnly(ref short x)
    {
        Vector256<short> any = Vector256.LoadUnsafe(ref x).WithElement(0, (short)0) | Vector256.LoadUnsafe(ref x, 16) | Vector256.LoadUnsafe(ref x, 32) | Vector256.LoadUnsafe(ref x, 48);
        return any == Vector256<short>.Zero;
    }

    // What the two transforms make of a first coefficient alone.
    private static void Fill(int first, ref byte y, int stride)
    {
        int column = ((first << Bits) + (1 << (ColumnShift - 1))) >> ColumnShift;
        int value = (((column << Bits) + (1 << (RowShift - 1))) >> RowShift) + Centre;
        ulong row = 0x0101_0101_0101_0101 * (ulong)Math.Clamp(value, byte.MinValue, byte.MaxValue);
        for (int i = 0; i < Side; i++)
        {
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref y, i * stride), row);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Product(ref short x, ref int f, int row)
    {
        Vector128<short> line = Vector128.LoadUnsafe(ref x, (nuint)(row * Side));
        return Vector256.Create(Vector128.WidenLower(line), Vector128.WidenUpper(line)) * Vector256.LoadUnsafe(ref f, (nuint)(row * Side));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Lines(
        ref Vector256<int> v0, ref Vector256<int> v1, ref Vector256<int> v2, ref Vector256<int> v3, ref Vector256<int> v4, ref Vector256<int> v5, ref Vector256<int> v6, ref Vector256<int> v7, int shift)
    {
        // Even coefficients: a rotation of 2 and 6, sum and difference of 0 and 4.
        Vector256<int> turned = (v2 + v6) * C0541;
        Vector256<int> low = turned - (v6 * C1847), high = turned + (v2 * C0765);
        Vector256<int> half = Vector256.Create(1 << (shift - 1));
        Vector256<int> sum = ((v0 + v4) << Bits) + half, difference = ((v0 - v4) << Bits) + half;
        Vector256<int> e0 = sum + high, e3 = sum - high, e1 = difference + low, e2 = difference - low;

        // Odd coefficients: two rotations, and one that they share.
        Vector256<int> shared = (v7 + v3 + v5 + v1) * C1175;
        Vector256<int> a = (v7 + v1) * -C0899, b = (v5 + v3) * -C2562;
        Vector256<int> c = shared - ((v7 + v3) * C1961), d = shared - ((v5 + v1) * C0390);
        Vector256<int> o0 = (v1 * C1501) + a + d, o1 = (v3 * C3072) + b + c, o2 = (v5 * C2053) + b + d, o3 = (v7 * C0298) + a + c;

        (v0, v7) = ((e0 + o0) >> shift, (e0 - o0) >> shift);
        (v1, v6) = ((e1 + o1) >> shift, (e1 - o1) >> shift);
        (v2, v5) = ((e2 + o2) >> shift, (e2 - o2) >> shift);
        (v3, v4) = ((e3 + o3) >> shift, (e3 - o3) >> shift);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(
        ref Vector256<int> v0, ref Vector256<int> v1, ref Vector256<int> v2, ref Vector256<int> v3, ref Vector256<int> v4, ref Vector256<int> v5, ref Vector256<int> v6, ref Vector256<int> v7)
    {
        if (!Avx2.IsSupported)
        {
            TransposeInMemory(ref v0, ref v1, ref v2, ref v3, ref v4, ref v5, ref v6, ref v7);
            return;
        }

        // Pairs of numbers, of pairs, of halves.
        Vector256<long> a0 = Avx2.UnpackLow(v0, v1).AsInt64(), a1 = Avx2.UnpackHigh(v0, v1).AsInt64(), a2 = Avx2.UnpackLow(v2, v3).AsInt64(), a3 = Avx2.UnpackHigh(v2, v3).AsInt64();
        Vector256<long> a4 = Avx2.UnpackLow(v4, v5).AsInt64(), a5 = Avx2.UnpackHigh(v4, v5).AsInt64(), a6 = Avx2.UnpackLow(v6, v7).AsInt64(), a7 = Avx2.UnpackHigh(v6, v7).AsInt64();
        Vector256<int> b0 = Avx2.UnpackLow(a0, a2).AsInt32(), b1 = Avx2.UnpackHigh(a0, a2).AsInt32(), b2 = Avx2.UnpackLow(a1, a3).AsInt32(), b3 = Avx2.UnpackHigh(a1, a3).AsInt32();
        Vector256<int> b4 = Avx2.UnpackLow(a4, a6).AsInt32(), b5 = Avx2.UnpackHigh(a4, a6).AsInt32(), b6 = Avx2.UnpackLow(a5, a7).AsInt32(), b7 = Avx2.UnpackHigh(a5, a7).AsInt32();
        const byte LowHalves = 0x20, HighHalves = 0x31;
        (v0, v4) = (Avx2.Permute2x128(b0, b4, LowHalves), Avx2.Permute2x128(b0, b4, HighHalves));
        (v1, v5) = (Avx2.Permute2x128(b1, b5, LowHalves), Avx2.Permute2x128(b1, b5, HighHalves));
        (v2, v6) = (Avx2.Permute2x128(b2, b6, LowHalves), Avx2.Permute2x128(b2, b6, HighHalves));
        (v3, v7) = (Avx2.Permute2x128(b3, b7, LowHalves), Avx2.Permute2x128(b3, b7, HighHalves));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void TransposeInMemory(
        ref Vector256<int> v0, ref Vector256<int> v1, ref Vector256<int> v2, ref Vector256<int> v3, ref Vector256<int> v4, ref Vector256<int> v5, ref Vector256<int> v6, ref Vector256<int> v7)
    {
        Span<int> block = stackalloc int[JpegComponent.BlockSize];
        v0.CopyTo(block);
        v1.CopyTo(block[Side..]);
        v2.CopyTo(block[(2 * Side)..]);
        v3.CopyTo(block[(3 * Side)..]);
        v4.CopyTo(block[(4 * Side)..]);
        v5.CopyTo(block[(5 * Side)..]);
        v6.CopyTo(block[(6 * Side)..]);
        v7.CopyTo(block[(7 * Side)..]);
        for (int i = 0; i < Side; i++)
        {
            for (int j = 0; j < i; j++)
            {
                (block[(i * Side) + j], block[(j * Side) + i]) = (block[(j * Side) + i], block[(i * Side) + j]);
            }
        }

        v0 = Vector256.Create<int>(block);
        v1 = Vector256.Create<int>(block[Side..]);
        v2 = Vector256.Create<int>(block[(2 * Side)..]);
        v3 = Vector256.Create<int>(block[(3 * Side)..]);
        v4 = Vector256.Create<int>(block[(4 * Side)..]);
        v5 = Vector256.Create<int>(block[(5 * Side)..]);
        v6 = Vector256.Create<int>(block[(6 * Side)..]);
        v7 = Vector256.Create<int>(block[(7 * Side)..]);
    }

    // Two rows.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<int> first, Vector256<int> second, ref byte y, int stride)
    {
        Vector256<short> rows = Vector256.Narrow(Limited(first), Limited(second));
        Vector128<byte> bytes = Vector128.Narrow(rows.GetLower().AsUInt16(), rows.GetUpper().AsUInt16());
        Unsafe.WriteUnaligned(ref y, bytes.AsUInt64().ToScalar());
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref y, stride), bytes.AsUInt64().GetElement(1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Limited(Vector256<int> value) => Vector256.Min(Vector256.Max(value + Vector256.Create(Centre), Vector256<int>.Zero), Vector256.Create((int)byte.MaxValue));
}
