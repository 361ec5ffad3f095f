using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Conversion of floating-point numbers that C# has no type for; memory holds their bits (ONNX Cast 24).</summary>
public static class SmallFloats
{
    private const int PowerNaN = 0xFF;

    /// <summary>bfloat16 to binary32.</summary>
    /// <param name="x">The bits, at least as many as <paramref name="y"/> has elements.</param>
    /// <param name="y">The result.</param>
    public static void FromBF16(ReadOnlySpan<ushort> x, Span<float> y)
    {
        Throw.IfShorter(x.Length, y.Length, nameof(x));
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = BitConverter.UInt32BitsToSingle((uint)x[i] << 16);
        }
    }

    /// <summary>binary32 to the nearest bfloat16, ties to even.</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The bits.</param>
    public static void ToBF16(ReadOnlySpan<float> x, Span<ushort> y)
    {
        Throw.IfShorter(x.Length, y.Length, nameof(x));
        for (int i = 0; i < y.Length; i++)
        {
            uint bits = BitConverter.SingleToUInt32Bits(x[i]);
            y[i] = float.IsNaN(x[i]) ? (ushort)((bits >> 16) | 0x40) : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
        }
    }

    /// <summary>A small number to binary32.</summary>
    /// <param name="x">The bits, at least as many as <paramref name="y"/> has elements.</param>
    /// <param name="y">The result.</param>
    /// <param name="format">The format of the bits.</param>
    public static void Decode(ReadOnlySpan<byte> x, Span<float> y, SmallFloat format)
    {
        Throw.IfShorter(x.Length, y.Length, nameof(x));
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = Decode(x[i], format);
        }
    }

    /// <summary>binary32 to the nearest small number, ties to even; powers of 2 are rounded as told.</summary>
    /// <param name="x">The operand, at least as long as <paramref name="y"/>.</param>
    /// <param name="y">The bits.</param>
    /// <param name="format">The format of the bits.</param>
    /// <param name="saturate">Whether a number outside of the range becomes the largest one, else infinity or NaN.</param>
    /// <param name="rounding">How powers of 2 are rounded.</param>
    public static void Encode(ReadOnlySpan<float> x, Span<byte> y, SmallFloat format, bool saturate, PowerRounding rounding)
    {
        Throw.IfShorter(x.Length, y.Length, nameof(x));
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = format == SmallFloat.E8M0 ? EncodePower(x[i], saturate, rounding) : Encode(x[i], format, saturate);
        }
    }

    private static (int Mantissa, int Bias, int Largest) ShapeOf(SmallFloat format) => format switch
    {
        SmallFloat.E4M3 => (3, 7, 0x7E),
        SmallFloat.E4M3Uz => (3, 8, 0x7F),
        SmallFloat.E5M2 => (2, 15, 0x7B),
        SmallFloat.E5M2Uz => (2, 16, 0x7F),
        _ => (1, 1, 0x7),
    };

    private static bool HasNoNegativeZero(SmallFloat format) => format is SmallFloat.E4M3Uz or SmallFloat.E5M2Uz;

    private static float Decode(byte code, SmallFloat format)
    {
        if (format == SmallFloat.E8M0)
        {
            // The exponent of binary32 moved, but for 2^-127, which is subnormal there.
            return code == PowerNaN ? float.NaN : code == 0 ? BitConverter.UInt32BitsToSingle(0x400000) : BitConverter.UInt32BitsToSingle((uint)code << 23);
        }

        (int mantissa, int bias, int largest) = ShapeOf(format);
        int signBit = format == SmallFloat.E2M1 ? 0x8 : 0x80;
        int magnitude = code & (signBit - 1);
        bool isNegative = (code & signBit) != 0;
        if (HasNoNegativeZero(format) ? code == 0x80 : magnitude > largest)
        {
            float special = format == SmallFloat.E5M2 && magnitude == largest + 1 ? float.PositiveInfinity : float.NaN;
            return float.CopySign(special, isNegative ? -1 : 1);
        }

        int exponent = magnitude >> mantissa;
        int fraction = magnitude & ((1 << mantissa) - 1);
        float value = exponent == 0 ? MathF.ScaleB(fraction, 1 - bias - mantissa) : MathF.ScaleB(fraction + (1 << mantissa), exponent - bias - mantissa);
        return isNegative ? -value : value;
    }

    private static byte Encode(float value, SmallFloat format, bool saturate)
    {
        (int mantissa, int bias, int largest) = ShapeOf(format);
        int sign = float.IsNegative(value) ? format == SmallFloat.E2M1 ? 0x8 : 0x80 : 0;
        if (float.IsNaN(value))
        {
            return format == SmallFloat.E2M1 ? (byte)0x8 : HasNoNegativeZero(format) ? (byte)0x80 : (byte)(sign | (format == SmallFloat.E5M2 ? 0x7E : 0x7F));
        }

        int code = Magnitude(MathF.Abs(value), mantissa, bias, largest);
        if (code > largest)
        {
            bool stays = saturate || format == SmallFloat.E2M1;
            return stays ? (byte)(sign | largest) : HasNoNegativeZero(format) ? (byte)0x80 : (byte)(sign | (format == SmallFloat.E5M2 ? 0x7C : 0x7F));
        }

        return code == 0 && HasNoNegativeZero(format) ? (byte)0 : (byte)(sign | code);
    }

    // The code of a number that is not negative, or one above the largest where the rounded number has none.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Magnitude(float value, int mantissa, int bias, int largest)
    {
        if (float.IsInfinity(value))
        {
            return largest + 1;
        }

        int exponent = value == 0 ? 1 - bias : Math.Max(Math.ILogB(value), 1 - bias);
        double steps = Math.Round(Math.ScaleB(value, mantissa - exponent), MidpointRounding.ToEven);

        // A mantissa that is rounded up to the next power of 2 carries into the exponent by itself.
        double code = steps + ((exponent + bias - 1) * (double)(1 << mantissa));
        return code > largest ? largest + 1 : (int)code;
    }

    private static byte EncodePower(float value, bool saturate, PowerRounding rounding)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        int exponent = (int)(bits >> 23) & PowerNaN;
        uint fraction = bits & 0x7FFFFF;
        if (exponent == PowerNaN)
        {
            return PowerNaN;
        }

        // Halfway is rounded up, except below the least normal number of binary32, where halfway is a power itself.
        bool isUp = rounding == PowerRounding.Up ? fraction > 0 : rounding == PowerRounding.Nearest && (fraction > 0x400000 || (fraction == 0x400000 && exponent > 0));
        return (byte)(isUp && !(saturate && exponent == PowerNaN - 1) ? exponent + 1 : exponent);
    }
}
