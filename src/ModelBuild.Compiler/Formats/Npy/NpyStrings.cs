using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Formats.Npy;

/// <summary>Strings of a fixed width, filled up with zeros: <c>&lt;U8</c> is of 8 characters in UTF-32, <c>|S8</c> of 8 bytes, which are read as UTF-8.</summary>
internal static class NpyStrings
{
    private const int MaxLength = 1 << 20;

    /// <summary>Bytes of one string, or 0 for a type that is none.</summary>
    public static int WidthOf(string descr)
    {
        bool isText = descr.Length > 2 && descr[0] is '<' or '|' && descr[1] is 'U' or 'S';
        return isText && int.TryParse(descr.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out int length) && length is > 0 and <= MaxLength ? length * (descr[1] == 'U' ? sizeof(int) : 1) : 0;
    }

    /// <summary>The bytes of a tensor of the strings.</summary>
    /// <exception cref="InvalidDataException">A string is no UTF-32.</exception>
    public static byte[] Read(ReadOnlySpan<byte> data, int width, bool isUtf32)
    {
        Encoding encoding = isUtf32 ? new UTF32Encoding(bigEndian: false, byteOrderMark: false, throwOnInvalidCharacters: true) : Encoding.UTF8;
        int[] ids = new int[data.Length / width];
        try
        {
            for (int i = 0; i < ids.Length; i++)
            {
                ids[i] = StringIds.Of(encoding.GetString(data.Slice(i * width, width)).TrimEnd('\0'));
            }
        }
        catch (DecoderFallbackException)
        {
            throw new InvalidDataException("A string of the array is no UTF-32.");
        }

        return MemoryMarshal.AsBytes(ids.AsSpan()).ToArray();
    }
}
