using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>
/// y = clamp(rne(op((a - za) * sa, (b - zb) * sb) / sy) + zy), every step one fp32 operation as the nodes DequantizeLinear, the operator and QuantizeLinear have it, with a true
/// division: the bits are those of the QDQ graph.
/// </summary>
/// <typeparam name="TOperator">The operator.</typeparam>
internal unsafe struct QuantizedBinary<TOperator>
    where TOperator : struct, IQuantizedBinary
{
    private readonly float _aScale;
    private readonly int _aZero;
    private readonly float _bScale;
    private readonly int _bZero;
    private readonly float _yScale;
    private readonly int _yZero;

    /// <summary>Creates the operation from its literals.</summary>
    internal QuantizedBinary(float aScale, int aZero, float bScale, int bZero, float yScale, int yZero)
    {
        _aScale = aScale;
        _aZero = aZero;
        _bScale = bScale;
        _bZero = bZero;
        _yScale = yScale;
        _yZero = yZero;
    }

    /// <summary>Checks the operands and runs over y; b repeats where it is shorter.</summary>
    internal readonly void Run(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Span<byte> y, int length, int bLength)
    {
        Throw.IfShorter(a.Length, length, nameof(a));
        Throw.IfShorter(b.Length, bLength, nameof(b));
        Throw.IfShorter(y.Length, length, nameof(y));
        if (length == 0)
        {
            return;
        }

        if (bLength <= 0 || length % bLength != 0)
        {
            Throw.Argument($"The second operand's length {bLength} does not divide {length}.", nameof(bLength));
        }

        fixed (byte* aData = a)
        fixed (byte* bData = b)
        fixed (byte* yData = y)
        {
            long work = 3L * sizeof(float) * length;
            if ((bLength == 1 || bLength == length) && ThreadTeam.For(work) is { } team)
            {
                SharedRange.Run(team, new Elements(this, aData, bData, bLength == 1 ? 0 : 1, yData), length, SharedRange.Vectors, work);
                return;
            }

            if (bLength == 1)
            {
                Row(aData, bData, 0, yData, length);
                return;
            }

            for (int start = 0; start < length; start += bLength)
            {
                Row(aData + start, bData, 1, yData + start, bLength);
            }
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Row(byte* a, byte* b, int bStep, byte* y, int length)
    {
        byte* repeated = stackalloc byte[16];
        if (bStep == 0)
        {
            new Span<byte>(repeated, 16).Fill(*b);
            b = repeated;
        }

        int i = 0;
        if (Avx512F.IsSupported)
        {
            i = !ExactDivisor.Serves(_aScale) || !ExactDivisor.Serves(_bScale) || !ExactDivisor.Serves(_yScale) ? Divided(a, b, bStep, y, length)
                : IsFixed(bStep) && Avx512BW.IsSupported ? Summed(a, b, y, length)
                : Multiplied(a, b, bStep, y, length);
        }
        else if (Avx2.IsSupported && Fma.IsSupported && ExactDivisor.Serves(_aScale) && ExactDivisor.Serves(_bScale) && ExactDivisor.Serves(_yScale) && IsSmall)
        {
            i = IsFixed(bStep) ? Summed(a, b, y, length) : Multiplied256(a, b, bStep, y, length);
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            for (; i + 16 <= length; i += 16)
            {
                byte* bLane = b + (i * bStep);
                QuantizedRounding.Store16(Quad(a + i, bLane), Quad(a + i + 4, bLane + 4), Quad(a + i + 8, bLane + 8), Quad(a + i + 12, bLane + 12), y + i);
            }
        }

        for (; i < length; i++)
        {
            float left = (a[i] - _aZero) * _aScale;
            float right = (b[i * bStep] - _bZero) * _bScale;
            y[i] = (byte)(QuantizedRounding.Round(TOperator.Apply(left, right) / _yScale, -_yZero, 255 - _yZero) + _yZero);
        }
    }

    /// <summary>Whether the quotient of the largest operands, which no other exceeds in magnitude, fits into an integer many times.</summary>
    private readonly bool IsSmall => TOperator.Apply(byte.MaxValue * _aScale, byte.MaxValue * _bScale) < (1 << 24) * _yScale;

    /// <summary>Whole vectors; the sum or product of finite operands is no NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly int Multiplied(byte* a, byte* b, int bStep, byte* y, int length)
    {
        ExactDivisor divisor = new(_yScale);
        Vector512<float> low = Vector512.Create((float)-_yZero);
        Vector512<float> high = Vector512.Create((float)(255 - _yZero));
        int i = 0;
        if (Avx512BW.IsSupported && IsSmall)
        {
            // No conversion overflows: packing bounds the rest.
            Vector512<short> offset = Vector512.Create((short)_yZero);
            for (; i + 64 <= length; i += 64)
            {
                byte* bLane = b + (i * bStep);
                nint step = 16 * bStep;
                QuantizedRounding.Pack64(
                    Rounded(a + i, bLane, divisor), Rounded(a + i + 16, bLane + step, divisor), Rounded(a + i + 32, bLane + (2 * step), divisor), Rounded(a + i + 48, bLane + (3 * step), divisor), offset).Store(y + i);
            }
        }

        for (; i + 16 <= length; i += 16)
        {
            Vector512<float> value = Avx512F.Max(low, Avx512F.Min(high, divisor.Divide(Values(a + i, b + (i * bStep)))));
            Avx512F.ConvertToVector128Byte(Avx512F.ConvertToVector512Int32(value) + Vector512.Create(_yZero)).Store(y + i);
        }

        return i;
    }

    /// <summary>Whether <see cref="Summed"/> takes the operands.</summary>
    private readonly bool IsFixed(int bStep) => TOperator.IsSum && bStep == 1 && IsSmall && QuantizedSum.Serves(_aScale, _bScale, _yScale);

    /// <summary>Whole vectors of sums in fixed point; those near the middle of two integers are computed again, and where many are, all the rest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly int Summed(byte* a, byte* b, byte* y, int length)
    {
        const int FewAgain = 8;
        const int VectorsOfOne = 8;
        QuantizedSum sum = new(_aScale, _aZero, _bScale, _bZero, _yScale, _yZero);
        int i = 0;
        int again = 0;
        if (Avx512BW.IsSupported)
        {
            for (; i + 64 <= length; i += 64)
            {
                Vector512<byte> bytes = sum.Add(Vector512.Load(a + i), Vector512.Load(b + i), out bool isSure);
                if (isSure)
                {
                    bytes.Store(y + i);
                    continue;
                }

                Multiplied(a + i, b + i, 1, y + i, 64);
                if (++again > FewAgain + (i / (64 * VectorsOfOne)))
                {
                    i += 64;
                    break;
                }
            }

            return i + Multiplied(a + i, b + i, 1, y + i, length - i);
        }

        for (; i + 32 <= length; i += 32)
        {
            Vector256<byte> bytes = sum.Add(Vector256.Load(a + i), Vector256.Load(b + i), out bool isSure);
            if (isSure)
            {
                bytes.Store(y + i);
                continue;
            }

            Multiplied256(a + i, b + i, 1, y + i, 32);
            if (++again > FewAgain + (i / (32 * VectorsOfOne)))
            {
                i += 32;
                break;
            }
        }

        return i + Multiplied256(a + i, b + i, 1, y + i, length - i);
    }

    /// <summary>The same with vectors of 256 bits, where <see cref="IsSmall"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly int Multiplied256(byte* a, byte* b, int bStep, byte* y, int length)
    {
        ExactDivisor divisor = new(_yScale);
        Vector256<short> offset = Vector256.Create((short)_yZero);
        int i = 0;
        for (; i + 32 <= length; i += 32)
        {
            byte* bLane = b + (i * bStep);
            nint step = 8 * bStep;
            QuantizedRounding.Pack32(
                Rounded256(a + i, bLane, divisor), Rounded256(a + i + 8, bLane + step, divisor), Rounded256(a + i + 16, bLane + (2 * step), divisor), Rounded256(a + i + 24, bLane + (3 * step), divisor), offset).Store(y + i);
        }

        return i;
    }

    /// <summary>Whole vectors, for scales of any size.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private readonly int Divided(byte* a, byte* b, int bStep, byte* y, int length)
    {
        Vector512<float> low = Vector512.Create((float)-_yZero);
        Vector512<float> high = Vector512.Create((float)(255 - _yZero));
        int i = 0;
        for (; i + 16 <= length; i += 16)
        {
            Vector512<int> rounded = QuantizedRounding.Round(Values(a + i, b + (i * bStep)) / Vector512.Create(_yScale), low, high);
            Avx512F.ConvertToVector128Byte(rounded + Vector512.Create(_yZero)).Store(y + i);
        }

        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly Vector512<int> Rounded(byte* a, byte* b, ExactDivisor divisor) => Avx512F.ConvertToVector512Int32(divisor.Divide(Values(a, b)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly Vector256<int> Rounded256(byte* a, byte* b, ExactDivisor divisor)
    {
        Vector256<int> left = Avx2.ConvertToVector256Int32(a) - Vector256.Create(_aZero);
        Vector256<int> right = Avx2.ConvertToVector256Int32(b) - Vector256.Create(_bZero);
        Vector256<float> value = TOperator.Apply(Vector256.ConvertToSingle(left) * Vector256.Create(_aScale), Vector256.ConvertToSingle(right) * Vector256.Create(_bScale));
        return Avx.ConvertToVector256Int32(divisor.Divide(value));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly Vector512<float> Values(byte* a, byte* b)
    {
        Vector512<int> left = Avx512F.ConvertToVector512Int32(Vector128.Load(a)) - Vector512.Create(_aZero);
        Vector512<int> right = Avx512F.ConvertToVector512Int32(Vector128.Load(b)) - Vector512.Create(_bZero);
        return TOperator.Apply(Vector512.ConvertToSingle(left) * Vector512.Create(_aScale), Vector512.ConvertToSingle(right) * Vector512.Create(_bScale));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly Vector128<int> Quad(byte* a, byte* b)
    {
        Vector128<float> left = Vector128.ConvertToSingle(QuantizedRounding.Load4(a) - Vector128.Create(_aZero)) * Vector128.Create(_aScale);
        Vector128<float> right = Vector128.ConvertToSingle(QuantizedRounding.Load4(b) - Vector128.Create(_bZero)) * Vector128.Create(_bScale);
        Vector128<float> value = TOperator.Apply(left, right) / Vector128.Create(_yScale);
        return QuantizedRounding.Round(value, Vector128.Create((float)-_yZero), Vector128.Create((float)(255 - _yZero))) + Vector128.Create(_yZero);
    }

    private readonly struct Elements(QuantizedBinary<TOperator> operation, byte* a, byte* b, int bStep, byte* y) : ISharedRange
    {
        public void Run(nint first, nint end) => operation.Row(a + first, b + (first * bStep), bStep, y + first, (int)(end - first));
    }
}
