using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Formats.Npy;

/// <summary>Reads one array in NumPy's <c>.npy</c> format, versions 1 to 3 (numpy.lib.format): little-endian numbers, bool and strings of fixed width, C or Fortran order.</summary>
public static partial class NpyReader
{
    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads an array.</summary>
    /// <exception cref="InvalidDataException">The bytes are not such an array, or of a type that tensors do not have.</exception>
    public static Tensor Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 10 || !bytes[..6].SequenceEqual(Magic))
        {
            throw new InvalidDataException("It is not a .npy array: the magic bytes are missing.");
        }

        bool isLong = bytes[6] >= 2;
        int start = isLong ? 12 : 10;
        if (bytes[6] is < 1 or > 3 || bytes.Length < start)
        {
            throw new InvalidDataException($"Version {bytes[6]} of the .npy format is not known.");
        }

        uint headerLength = isLong ? BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]) : BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]);
        if (headerLength > bytes.Length - start)
        {
            throw new InvalidDataException("The .npy header ends beyond the file.");
        }

        string header = Encoding.UTF8.GetString(bytes.Slice(start, (int)headerLength));
        Match descr = DescrPattern().Match(header);
        Match order = OrderPattern().Match(header);
        Match shape = ShapePattern().Match(header);
        if (!descr.Success || !order.Success || !shape.Success)
        {
            throw new InvalidDataException("The .npy header lacks 'descr', 'fortran_order' or 'shape'.");
        }

        int width = NpyStrings.WidthOf(descr.Groups[1].Value);
        DType type = width > 0 ? DType.String : ParseType(descr.Groups[1].Value);
        long[] dims = [.. shape.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(d => long.TryParse(d.TrimEnd('L'), NumberStyles.None, CultureInfo.InvariantCulture, out long dim) ? dim : throw new InvalidDataException($"'{d}' is not a size."))];
        ReadOnlySpan<byte> data = bytes[(start + (int)headerLength)..];
        UInt128 wanted = dims.Aggregate((UInt128)(width > 0 ? width : DTypes.SizeOf(type)), (count, dim) => count > long.MaxValue ? count : count * (UInt128)dim);
        if (wanted != (UInt128)data.Length)
        {
            throw new InvalidDataException($"The array [{string.Join(',', dims)}] of {type} needs {wanted} bytes; the file has {data.Length}.");
        }

        data = width > 0 ? NpyStrings.Read(data, width, descr.Groups[1].Value[1] == 'U') : data;
        return order.Groups[1].Value == "True" ? FromFortran(type, dims, data) : new Tensor(type, dims, data.ToArray());
    }

    private static Tensor FromFortran(DType type, long[] dims, ReadOnlySpan<byte> data)
    {
        Tensor tensor = new(type, dims);
        Span<byte> target = tensor.MutableBytes();
        int size = DTypes.SizeOf(type);
        long[] index = new long[dims.Length];
        for (int i = 0; i < tensor.Count; i++)
        {
            long source = 0;
            for (int axis = dims.Length - 1; axis >= 0; axis--)
            {
                source = (source * dims[axis]) + index[axis];
            }

            data.Slice((int)source * size, size).CopyTo(target[(i * size)..]);
            for (int axis = dims.Length - 1; axis >= 0 && ++index[axis] == dims[axis]; axis--)
            {
                index[axis] = 0;
            }
        }

        return tensor;
    }

    private static DType ParseType(string descr) => descr switch
    {
        "<f4" => DType.F32,
        "<f8" => DType.F64,
        "<f2" => DType.F16,
        "|i1" or "<i1" => DType.I8,
        "|u1" or "<u1" => DType.U8,
        "<i2" => DType.I16,
        "<u2" => DType.U16,
        "<i4" => DType.I32,
        "<u4" => DType.U32,
        "<i8" => DType.I64,
        "<u8" => DType.U64,
        "|b1" => DType.Bool,
        _ => throw new InvalidDataException($"The element type '{descr}' is not supported; save little-endian numbers, for example float32."),
    };

    [GeneratedRegex(@"'descr'\s*:\s*'([^']*)'")]
    private static partial Regex DescrPattern();

    [GeneratedRegex(@"'fortran_order'\s*:\s*(True|False)")]
    private static partial Regex OrderPattern();

    [GeneratedRegex(@"'shape'\s*:\s*\(([^)]*)\)")]
    private static partial Regex ShapePattern();
}
