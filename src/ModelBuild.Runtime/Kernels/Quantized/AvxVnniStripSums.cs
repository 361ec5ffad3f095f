using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>The outputs of <see cref="AvxVnniStrips"/> of interleaved lines, 64 bytes of each line of outputs at a time, with the bits of <see cref="DotToU8.Store"/>.</summary>
internal static unsafe class AvxVnniStripSums
{
    /// <summary>Bytes of a line of outputs that are computed together: two vectors.</summary>
    internal const int Unit = 64;

    private const int VectorBytes = AvxVnniStripOperands.VectorBytes;
    private const int Taps = AvxVnniStripOperands.Taps;
    private const int PartWeights = AvxVnniStripOperands.PartWeights;

    /// <summary>Computes two lines of outputs.</summary>
    /// <param name="x">The interleaved lines.</param>
    /// <param name="operands">The operands.</param>
    /// <param name="bytes">Bytes of a line of outputs.</param>
    /// <param name="upper">The upper line, 32 bytes of which lie together.</param>
    /// <param name="lower">The lower line.</param>
    /// <param name="step">The distance between these 32 bytes.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Pair(byte* x, AvxVnniStripOperands* operands, int bytes, byte* upper, byte* lower, nint step)
    {
        if (!Avx512BW.IsSupported)
        {
            Pair256(x, operands, bytes, upper, lower, step);
            return;
        }

        Vector512<float> high = Vector512.Create(operands->Output.High);
        Vector512<short> zero = Vector512.Create((short)operands->Output.Zero);
        Vector512<byte> least = Vector512.Create((byte)((int)operands->Output.Low + operands->Output.Zero));
        bool isUnit = bytes >= Unit;
        for (; bytes >= Unit; bytes -= Unit, x += Unit)
        {
            Sums(x, operands, 0, high, out Vector512<int> a0, out Vector512<int> b0);
            Sums(x, operands, 1, high, out Vector512<int> a1, out Vector512<int> b1);
            Sums(x, operands, 2, high, out Vector512<int> a2, out Vector512<int> b2);
            Sums(x, operands, 3, high, out Vector512<int> a3, out Vector512<int> b3);
            Vector512<byte> a = Vector512.Max(Packed(a0, a1, a2, a3, zero), least);
            Vector512<byte> b = Vector512.Max(Packed(b0, b1, b2, b3, zero), least);
            Store(a, upper, step);
            Store(b, lower, step);
            upper += 2 * step;
            lower += 2 * step;
        }

        if (bytes > 0 && isUnit && bytes % 16 == 0)
        {
            // The last unit is shifted back over the one before it: the same values are stored twice.
            int back = Unit - bytes;
            nint backInOutput = step == VectorBytes ? back : step;
            Pair(x - back, operands, Unit, upper - backInOutput, lower - backInOutput, step);
        }
        else if (bytes > 0)
        {
            byte* rest = stackalloc byte[2 * Unit];
            Pair(x, operands, Unit, rest, rest + Unit, VectorBytes);
            CopyPart(rest, bytes, upper, step);
            CopyPart(rest + Unit, bytes, lower, step);
        }
    }

    /// <summary>Computes one line of outputs.</summary>
    /// <typeparam name="TColumns">How a vector is read.</typeparam>
    /// <param name="x">The interleaved lines.</param>
    /// <param name="operands">The operands.</param>
    /// <param name="weights">Where in a part its weights begin.</param>
    /// <param name="stride">Bytes of a part between neighbouring vectors of outputs.</param>
    /// <param name="bytes">Bytes of a line of outputs.</param>
    /// <param name="y">The line, 32 bytes of which lie together.</param>
    /// <param name="step">The distance between these 32 bytes.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Line<TColumns>(byte* x, AvxVnniStripOperands* operands, int weights, nint stride, int bytes, byte* y, nint step)
        where TColumns : struct, IStripColumns
    {
        if (Avx512BW.IsSupported)
        {
            Vector512<float> high = Vector512.Create(operands->Output.High);
            Vector512<short> zero = Vector512.Create((short)operands->Output.Zero);
            Vector512<byte> least = Vector512.Create((byte)((int)operands->Output.Low + operands->Output.Zero));
            for (; bytes >= Unit; bytes -= Unit, x += 2 * stride)
            {
                Vector512<int> v0 = Rounded(Sum<TColumns>(x, operands, 0, weights), Sum<TColumns>(x + stride, operands, 0, weights), operands, 0, high);
                Vector512<int> v1 = Rounded(Sum<TColumns>(x, operands, 1, weights), Sum<TColumns>(x + stride, operands, 1, weights), operands, 1, high);
                Vector512<int> v2 = Rounded(Sum<TColumns>(x, operands, 2, weights), Sum<TColumns>(x + stride, operands, 2, weights), operands, 2, high);
                Vector512<int> v3 = Rounded(Sum<TColumns>(x, operands, 3, weights), Sum<TColumns>(x + stride, operands, 3, weights), operands, 3, high);
                Store(Vector512.Max(Packed(v0, v1, v2, v3, zero), least), y, step);
                y += 2 * step;
            }

            Rest<TColumns>(x, operands, weights, stride, bytes, y, step);
            return;
        }

        Vector256<float> bound = Vector256.Create(operands->Output.High);
        Vector256<short> offset = Vector256.Create((short)operands->Output.Zero);
        Vector256<byte> smallest = Vector256.Create((byte)((int)operands->Output.Low + operands->Output.Zero));
        for (; bytes >= VectorBytes; bytes -= VectorBytes, x += stride, y += step)
        {
            Vector256<int> v0 = Rounded(Sum<TColumns>(x, operands, 0, weights), operands, 0, bound);
            Vector256<int> v1 = Rounded(Sum<TColumns>(x, operands, 1, weights), operands, 1, bound);
            Vector256<int> v2 = Rounded(Sum<TColumns>(x, operands, 2, weights), operands, 2, bound);
            Vector256<int> v3 = Rounded(Sum<TColumns>(x, operands, 3, weights), operands, 3, bound);
            Vector256<short> lower = Avx2.AddSaturate(Avx2.PackSignedSaturate(v0, v1), offset);
            Vector256<short> upper = Avx2.AddSaturate(Avx2.PackSignedSaturate(v2, v3), offset);
            Vector256<byte> result = Vector256.Max(Avx2.PackUnsignedSaturate(lower, upper), smallest);
            result.Store(y);
        }

        Rest<TColumns>(x, operands, weights, stride, bytes, y, step);
    }

    /// <summary>What is less than a unit.</summary>
    private static void Rest<TColumns>(byte* x, AvxVnniStripOperands* operands, int weights, nint stride, int bytes, byte* y, nint step)
        where TColumns : struct, IStripColumns
    {
        if (bytes > 0)
        {
            byte* rest = stackalloc byte[Unit];
            Line<TColumns>(x, operands, weights, stride, Unit, rest, VectorBytes);
            CopyPart(rest, bytes, y, step);
        }
    }

    /// <summary>The same with vectors of 256 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pair256(byte* x, AvxVnniStripOperands* operands, int bytes, byte* upper, byte* lower, nint step)
    {
        Vector256<float> high = Vector256.Create(operands->Output.High);
        Vector256<short> zero = Vector256.Create((short)operands->Output.Zero);
        Vector256<byte> least = Vector256.Create((byte)((int)operands->Output.Low + operands->Output.Zero));
        for (; bytes >= VectorBytes; bytes -= VectorBytes, x += VectorBytes, upper += step, lower += step)
        {
            Sums(x, operands, 0, high, out Vector256<int> a0, out Vector256<int> b0);
            Sums(x, operands, 1, high, out Vector256<int> a1, out Vector256<int> b1);
            Vector256<short> firstA = Avx2.AddSaturate(Avx2.PackSignedSaturate(a0, a1), zero);
            Vector256<short> firstB = Avx2.AddSaturate(Avx2.PackSignedSaturate(b0, b1), zero);
            Sums(x, operands, 2, high, out Vector256<int> a2, out Vector256<int> b2);
            Sums(x, operands, 3, high, out Vector256<int> a3, out Vector256<int> b3);
            Vector256<short> secondA = Avx2.AddSaturate(Avx2.PackSignedSaturate(a2, a3), zero);
            Vector256<short> secondB = Avx2.AddSaturate(Avx2.PackSignedSaturate(b2, b3), zero);
            Vector256.Max(Avx2.PackUnsignedSaturate(firstA, secondA), least).Store(upper);
            Vector256.Max(Avx2.PackUnsignedSaturate(firstB, secondB), least).Store(lower);
        }

        if (bytes > 0)
        {
            Line<StripColumns.Whole>(x, operands, 0, VectorBytes, bytes, upper, step);
            Line<StripColumns.Whole>(x, operands, Taps * VectorBytes, VectorBytes, bytes, lower, step);
        }
    }

    /// <summary>The scaled sums of a part, of the upper and the lower line of outputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Sums(byte* x, AvxVnniStripOperands* operands, int part, Vector256<float> high, out Vector256<int> upper, out Vector256<int> lower)
    {
        sbyte* w = operands->Weights + (part * PartWeights);
        Vector256<int> start = Vector256.Load(operands->Init + (part * 8));
        Vector256<byte> x0 = Vector256.Load(x + operands->Offsets[part * Taps]);
        Vector256<byte> x1 = Vector256.Load(x + operands->Offsets[(part * Taps) + 1]);
        Vector256<byte> x2 = Vector256.Load(x + operands->Offsets[(part * Taps) + 2]);
        Vector256<int> a = AvxVnni.MultiplyWideningAndAdd(start, x0, Vector256.Load(w));
        Vector256<int> b = AvxVnni.MultiplyWideningAndAdd(start, x0, Vector256.Load(w + (3 * VectorBytes)));
        a = AvxVnni.MultiplyWideningAndAdd(a, x1, Vector256.Load(w + VectorBytes));
        b = AvxVnni.MultiplyWideningAndAdd(b, x1, Vector256.Load(w + (4 * VectorBytes)));
        a = AvxVnni.MultiplyWideningAndAdd(a, x2, Vector256.Load(w + (2 * VectorBytes)));
        b = AvxVnni.MultiplyWideningAndAdd(b, x2, Vector256.Load(w + (5 * VectorBytes)));
        upper = Rounded(a, operands, part, high);
        lower = Rounded(b, operands, part, high);
    }

    /// <summary>The same of twice as many outputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Sums(byte* x, AvxVnniStripOperands* operands, int part, Vector512<float> high, out Vector512<int> upper, out Vector512<int> lower)
    {
        sbyte* w = operands->Weights + (part * PartWeights);
        Vector256<int> start = Vector256.Load(operands->Init + (part * 8));
        byte* x0 = x + operands->Offsets[part * Taps];
        Vector256<sbyte> w0 = Vector256.Load(w);
        Vector256<sbyte> v0 = Vector256.Load(w + (3 * VectorBytes));
        Vector256<int> a0 = AvxVnni.MultiplyWideningAndAdd(start, Vector256.Load(x0), w0);
        Vector256<int> b0 = AvxVnni.MultiplyWideningAndAdd(start, Vector256.Load(x0), v0);
        Vector256<int> a1 = AvxVnni.MultiplyWideningAndAdd(start, Vector256.Load(x0 + VectorBytes), w0);
        Vector256<int> b1 = AvxVnni.MultiplyWideningAndAdd(start, Vector256.Load(x0 + VectorBytes), v0);
        byte* x1 = x + operands->Offsets[(part * Taps) + 1];
        Vector256<sbyte> w1 = Vector256.Load(w + VectorBytes);
        Vector256<sbyte> v1 = Vector256.Load(w + (4 * VectorBytes));
        a0 = AvxVnni.MultiplyWideningAndAdd(a0, Vector256.Load(x1), w1);
        b0 = AvxVnni.MultiplyWideningAndAdd(b0, Vector256.Load(x1), v1);
        a1 = AvxVnni.MultiplyWideningAndAdd(a1, Vector256.Load(x1 + VectorBytes), w1);
        b1 = AvxVnni.MultiplyWideningAndAdd(b1, Vector256.Load(x1 + VectorBytes), v1);
        byte* x2 = x + operands->Offsets[(part * Taps) + 2];
        Vector256<sbyte> w2 = Vector256.Load(w + (2 * VectorBytes));
        Vector256<sbyte> v2 = Vector256.Load(w + (5 * VectorBytes));
        a0 = AvxVnni.MultiplyWideningAndAdd(a0, Vector256.Load(x2), w2);
        b0 = AvxVnni.MultiplyWideningAndAdd(b0, Vector256.Load(x2), v2);
        a1 = AvxVnni.MultiplyWideningAndAdd(a1, Vector256.Load(x2 + VectorBytes), w2);
        b1 = AvxVnni.MultiplyWideningAndAdd(b1, Vector256.Load(x2 + VectorBytes), v2);
        upper = Rounded(a0, a1, operands, part, high);
        lower = Rounded(b0, b1, operands, part, high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Sum<TColumns>(byte* x, AvxVnniStripOperands* operands, int part, int weights)
        where TColumns : struct, IStripColumns
    {
        sbyte* w = operands->Weights + (part * PartWeights) + weights;
        Vector256<int> sum = Vector256.Load(operands->Init + (part * 8));
        sum = AvxVnni.MultiplyWideningAndAdd(sum, TColumns.Load(x + operands->Offsets[part * Taps]), Vector256.Load(w));
        sum = AvxVnni.MultiplyWideningAndAdd(sum, TColumns.Load(x + operands->Offsets[(part * Taps) + 1]), Vector256.Load(w + VectorBytes));
        return AvxVnni.MultiplyWideningAndAdd(sum, TColumns.Load(x + operands->Offsets[(part * Taps) + 2]), Vector256.Load(w + (2 * VectorBytes)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Rounded(Vector256<int> first, Vector256<int> second, AvxVnniStripOperands* operands, int part, Vector512<float> high) =>
        Avx512F.ConvertToVector512Int32(Avx512F.Min(high, Vector512.ConvertToSingle(QuantizedRounding.Join(first, second)) * Vector512.Load(operands->Scales + (part * 16))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Rounded(Vector256<int> sums, AvxVnniStripOperands* operands, int part, Vector256<float> high) =>
        Avx.ConvertToVector256Int32(Avx.Min(high, Vector256.ConvertToSingle(sums) * Vector256.Load(operands->Scales + (part * 16))));

    /// <summary>The parts are those of 128 bits into which packing brings them together again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Packed(Vector512<int> v0, Vector512<int> v1, Vector512<int> v2, Vector512<int> v3, Vector512<short> zero) =>
        Avx512BW.PackUnsignedSaturate(
            Avx512BW.AddSaturate(Avx512BW.PackSignedSaturate(v0, v1), zero), Avx512BW.AddSaturate(Avx512BW.PackSignedSaturate(v2, v3), zero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<byte> value, byte* y, nint step)
    {
        value.GetLower().Store(y);
        value.GetUpper().Store(y + step);
    }

    /// <summary>Copies the first 1 to 63 bytes of a unit.</summary>
    private static void CopyPart(byte* unit, int bytes, byte* y, nint step)
    {
        ByteRows.Copy(unit, y, Math.Min(bytes, VectorBytes));
        ByteRows.Copy(unit + VectorBytes, y + step, Math.Max(0, bytes - VectorBytes));
    }
}
