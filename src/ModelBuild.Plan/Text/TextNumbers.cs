using System;
using System.Globalization;

namespace ModelBuild.Plan.Text;

/// <summary>
/// Numbers of the text form, in the invariant culture. A floating-point number is a decimal where 9 digits (float) or 15 digits (double)
/// tell its bits, else its bits as <c>0x</c> and hexadecimal digits: the parser of .NET Framework, on which a compiler may run, is exact for no more.
/// </summary>
internal static class TextNumbers
{
    public const string HexDigits = "0123456789abcdef";

    public static string Format(long value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Format(float value)
    {
        int bits = Bits(value);
        if (float.IsNaN(value) || float.IsInfinity(value))
        {
            return "0x" + bits.ToString("x8", CultureInfo.InvariantCulture);
        }

        foreach (string format in new[] { "G6", "G7", "G8", "G9" })
        {
            string text = value.ToString(format, CultureInfo.InvariantCulture);
            if (TryParseDecimal(text, out float back) && Bits(back) == bits)
            {
                return text;
            }
        }

        return "0x" + bits.ToString("x8", CultureInfo.InvariantCulture);
    }

    public static string Format(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        if (!double.IsNaN(value) && !double.IsInfinity(value))
        {
            string text = value.ToString("G15", CultureInfo.InvariantCulture);
            if (TryParseDecimal(text, out double back) && BitConverter.DoubleToInt64Bits(back) == bits)
            {
                return text;
            }
        }

        return "0x" + bits.ToString("x16", CultureInfo.InvariantCulture);
    }

    public static bool TryParse(string text, out int value) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    public static bool TryParse(string text, out long value) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    public static bool TryParse(string text, out float value)
    {
        value = 0;
        if (!text.StartsWith("0x", StringComparison.Ordinal))
        {
            return TryParseDecimal(text, out value);
        }

        if (text.Length != 10 || !int.TryParse(text.Substring(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int bits))
        {
            return false;
        }

        value = BitConverter.ToSingle(BitConverter.GetBytes(bits), 0);
        return true;
    }

    public static bool TryParse(string text, out double value)
    {
        value = 0;
        if (!text.StartsWith("0x", StringComparison.Ordinal))
        {
            return TryParseDecimal(text, out value);
        }

        if (text.Length != 18 || !long.TryParse(text.Substring(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long bits))
        {
            return false;
        }

        value = BitConverter.Int64BitsToDouble(bits);
        return true;
    }

    private static int Bits(float value) => BitConverter.ToInt32(BitConverter.GetBytes(value), 0);

    // Both parsers lose the sign of "-0" on .NET Framework, and words such as "Infinity" have no place in the format.
    private static bool TryParseDecimal(string text, out float value)
    {
        bool isNumber = float.TryParse(text, NumberStyles.Float & ~NumberStyles.AllowLeadingWhite & ~NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out value)
            && IsPlain(text) && !float.IsInfinity(value);
        if (isNumber && value == 0 && text[0] == '-')
        {
            value = BitConverter.ToSingle(BitConverter.GetBytes(int.MinValue), 0);
        }

        return isNumber;
    }

    private static bool TryParseDecimal(string text, out double value)
    {
        bool isNumber = double.TryParse(text, NumberStyles.Float & ~NumberStyles.AllowLeadingWhite & ~NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out value)
            && IsPlain(text) && !double.IsInfinity(value);
        if (isNumber && value == 0 && text[0] == '-')
        {
            value = BitConverter.Int64BitsToDouble(long.MinValue);
        }

        return isNumber;
    }

    private static bool IsPlain(string text)
    {
        char last = text[text.Length - 1];
        return (last >= '0' && last <= '9') || last == '.';
    }
}
