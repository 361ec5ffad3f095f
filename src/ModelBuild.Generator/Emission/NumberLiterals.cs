using System;
using System.Globalization;

namespace ModelBuild.Generator.Emission;

/// <summary>C# literals of numbers; floating-point literals keep their bits, the shortest text that does.</summary>
internal static class NumberLiterals
{
    // The bits of float.NaN and double.NaN in .NET.
    private const int NaN32 = unchecked((int)0xffc00000);
    private const long NaN64 = unchecked((long)0xfff8000000000000);

    public static string Of(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>The number with thousands separators, for documentation.</summary>
    public static string Grouped(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    public static string Of(float value)
    {
        int bits = Bits(value);
        if (float.IsNaN(value))
        {
            return bits == NaN32 ? "float.NaN" : $"global::System.BitConverter.UInt32BitsToSingle(0x{bits.ToString("x8", CultureInfo.InvariantCulture)}u)";
        }

        if (float.IsInfinity(value))
        {
            return value > 0 ? "float.PositiveInfinity" : "float.NegativeInfinity";
        }

        // .NET Framework writes a negative zero without its sign.
        if (value == 0)
        {
            return bits == 0 ? "0f" : "-0f";
        }

        string text = "";
        foreach (string format in new[] { "G6", "G7", "G8", "G9" })
        {
            text = value.ToString(format, CultureInfo.InvariantCulture);
            if (float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float back) && Bits(back) == bits)
            {
                break;
            }
        }

        return text + "f";
    }

    public static string Of(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        if (double.IsNaN(value))
        {
            return bits == NaN64 ? "double.NaN" : $"global::System.BitConverter.UInt64BitsToDouble(0x{bits.ToString("x16", CultureInfo.InvariantCulture)}ul)";
        }

        if (double.IsInfinity(value))
        {
            return value > 0 ? "double.PositiveInfinity" : "double.NegativeInfinity";
        }

        if (value == 0)
        {
            return bits == 0 ? "0d" : "-0d";
        }

        string text = "";
        foreach (string format in new[] { "G15", "G16", "G17" })
        {
            text = value.ToString(format, CultureInfo.InvariantCulture);
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double back) && BitConverter.DoubleToInt64Bits(back) == bits)
            {
                break;
            }
        }

        return text + "d";
    }

    private static int Bits(float value) => BitConverter.ToInt32(BitConverter.GetBytes(value), 0);
}
