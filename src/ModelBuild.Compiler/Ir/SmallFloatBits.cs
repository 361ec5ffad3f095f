namespace ModelBuild.Compiler.Ir;

/// <summary>The bits of floating-point numbers of 8 and fewer bits, in plain arithmetic (OCP formats, and those without negative zero).</summary>
public static class SmallFloatBits
{
    private const byte PowerNaN = 0xFF;

    /// <summary>The number that a code stands for.</summary>
    public static double Decode(byte code, DType type)
    {
        if (type == DType.F8E8M0)
        {
            return code == PowerNaN ? double.NaN : Math.Pow(2, code - 127);
        }

        (int exponentBits, int mantissaBits, int bias) = Layout(type);
        int sign = code >> (exponentBits + mantissaBits) & 1;
        int exponent = code >> mantissaBits & ((1 << exponentBits) - 1);
        int mantissa = code & ((1 << mantissaBits) - 1);
        bool isTop = exponent == (1 << exponentBits) - 1;
        bool isNaN = type switch
        {
            DType.F8E4M3 => isTop && mantissa == 7,
            DType.F8E5M2 => isTop && mantissa != 0,
            DType.F8E4M3Uz or DType.F8E5M2Uz => code == 0x80,
            _ => false,
        };
        double value = isNaN
            ? double.CopySign(double.NaN, 1)
            : type == DType.F8E5M2 && isTop
                ? double.PositiveInfinity
                : exponent == 0 ? mantissa * Math.Pow(2, 1 - bias - mantissaBits) : (mantissa + (1 << mantissaBits)) * Math.Pow(2, exponent - bias - mantissaBits);
        return sign == 0 ? value : -value;
    }

    /// <summary>The code of the nearest number, ties to even. Powers of 2 are rounded by <paramref name="roundMode"/>.</summary>
    /// <param name="saturate">Whether a number outside of the range becomes the largest one, else infinity or NaN.</param>
    /// <param name="roundMode"><c>up</c>, <c>down</c> or <c>nearest</c>; for <see cref="DType.F8E8M0"/> only.</param>
    public static byte Encode(float value, DType type, bool saturate = true, string roundMode = "up")
    {
        if (type == DType.F8E8M0)
        {
            return EncodePower(value, saturate, roundMode);
        }

        (int exponentBits, int mantissaBits, _) = Layout(type);
        byte sign = (byte)(float.IsNegative(value) ? 1 << (exponentBits + mantissaBits) : 0);
        bool hasOneNaN = type is DType.F8E4M3Uz or DType.F8E5M2Uz;
        if (float.IsNaN(value))
        {
            // E2M1 has no NaN; the value is left open, and negative zero is what other libraries give.
            return type == DType.F4E2M1 ? (byte)0x8 : hasOneNaN ? (byte)0x80 : (byte)(sign | (type == DType.F8E5M2 ? 0x7E : 0x7F));
        }

        byte largest = (byte)(type switch { DType.F8E4M3 => 0x7E, DType.F8E5M2 => 0x7B, DType.F4E2M1 => 0x7, _ => 0x7F });
        double magnitude = Math.Abs((double)value);

        // Codes rise with the numbers they stand for: the nearest lies beside the number's place, the even code wins halfway.
        int code = 0;
        while (code < largest && Decode((byte)(code + 1), type) <= magnitude)
        {
            code++;
        }

        double low = Decode((byte)code, type);
        double high = code < largest ? Decode((byte)(code + 1), type) : low + (low - Decode((byte)(code - 1), type));
        double middle = (low + high) / 2;
        code += magnitude > middle || (magnitude == middle && (code & 1) == 1) ? 1 : 0;
        if (code > largest)
        {
            return saturate || type == DType.F4E2M1 ? (byte)(sign | largest) : hasOneNaN ? (byte)0x80 : (byte)(sign | (type == DType.F8E5M2 ? 0x7C : 0x7F));
        }

        return hasOneNaN && code == 0 ? (byte)0 : (byte)(sign | code);
    }

    private static (int Exponent, int Mantissa, int Bias) Layout(DType type) => type switch
    {
        DType.F8E4M3 => (4, 3, 7),
        DType.F8E4M3Uz => (4, 3, 8),
        DType.F8E5M2 => (5, 2, 15),
        DType.F8E5M2Uz => (5, 2, 16),
        DType.F4E2M1 => (2, 1, 1),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "The type is no small floating-point type."),
    };

    private static byte EncodePower(float value, bool saturate, string roundMode)
    {
        if (!float.IsFinite(value))
        {
            return PowerNaN;
        }

        // The sign counts for nothing; numbers up to 2^-127 have the code 0 or, rounded up, 1.
        double magnitude = Math.Abs((double)value);
        int code = 0;
        while (code < PowerNaN - 1 && Math.Pow(2, code + 1 - 127) <= magnitude)
        {
            code++;
        }

        double below = code == 0 ? 0 : Math.Pow(2, code - 127);
        double above = Math.Pow(2, code + 1 - 127);
        bool isUp = roundMode switch
        {
            "up" => magnitude > below,
            "nearest" => code == 0 ? magnitude > above / 2 : magnitude - below >= above - magnitude,
            _ => false,
        };
        return (byte)(isUp && !(saturate && code == PowerNaN - 1) ? code + 1 : code);
    }
}
