using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using ModelBuild.Compiler.Formats.Npy;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Formats;

public sealed class NpyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("modelbuild-npy").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_version_of_the_header_is_read(int version)
    {
        Tensor tensor = NpyReader.Read(Npy("<i2", "(2, 3)", [1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 255, 255], version: version));

        Assert.Equal(DType.I16, tensor.DType);
        Assert.Equal([2, 3], tensor.Dims.ToArray());
        Assert.Equal([1, 2, 3, 4, 5, -1], tensor.ToInt64Array());
    }

    [Fact]
    public void Fortran_order_becomes_row_major()
    {
        Tensor tensor = NpyReader.Read(Npy("|u1", "(2, 3)", [1, 4, 2, 5, 3, 6], fortran: true));

        Assert.Equal([1, 2, 3, 4, 5, 6], tensor.ToInt64Array());
    }

    [Theory]
    [InlineData("()", 1)]
    [InlineData("(3,)", 3)]
    [InlineData("(0, 4)", 0)]
    public void Scalars_vectors_and_empty_arrays_have_their_shape(string shape, int count) =>
        Assert.Equal(count, NpyReader.Read(Npy("|u1", shape, new byte[count])).Count);

    [Theory]
    [InlineData("<f4", 4, DType.F32)]
    [InlineData("<f8", 8, DType.F64)]
    [InlineData("<f2", 2, DType.F16)]
    [InlineData("|i1", 1, DType.I8)]
    [InlineData("<u2", 2, DType.U16)]
    [InlineData("<i4", 4, DType.I32)]
    [InlineData("<u4", 4, DType.U32)]
    [InlineData("<i8", 8, DType.I64)]
    [InlineData("<u8", 8, DType.U64)]
    [InlineData("|b1", 1, DType.Bool)]
    public void Element_types_map_to_tensor_types(string descr, int size, DType type) =>
        Assert.Equal(type, NpyReader.Read(Npy(descr, "(2,)", new byte[2 * size])).DType);

    [Fact]
    public void Strings_of_a_fixed_width_are_read()
    {
        byte[] wide = [.. new[] { "a\0\0", "caf", "\ud83d\ude00b\0", "" }.SelectMany(t => Encoding.UTF32.GetBytes(t.PadRight(t.Length == 4 ? 4 : 3, '\0')))];
        Tensor tensor = NpyReader.Read(Npy("<U3", "(2, 2)", wide));
        Assert.Equal(new TensorType(DType.String, Shape.Of(2, 2)), tensor.Type);
        Assert.Equal(["a", "caf", "\ud83d\ude00b", ""], tensor.ToStringArray());
        Assert.Equal(["a", "\ud83d\ude00b", "caf", ""], NpyReader.Read(Npy("<U3", "(2, 2)", wide, fortran: true)).ToStringArray());
        Assert.Equal(["ab", "c"], NpyReader.Read(Npy("|S2", "(2,)", [(byte)'a', (byte)'b', (byte)'c', 0])).ToStringArray());
        Assert.Throws<InvalidDataException>(() => NpyReader.Read(Npy("<U1", "(1,)", [0, 0, 0, 0xff])));
        Assert.Throws<InvalidDataException>(() => NpyReader.Read(Npy("<U3", "(3, 2)", wide)));
    }

    [Theory]
    [InlineData(">f4", "(1,)", 4)]
    [InlineData("<c8", "(1,)", 8)]
    [InlineData("|O", "(1,)", 8)]
    [InlineData("<f4", "(2,)", 4)]
    [InlineData("<f4", "(1,)", 5)]
    [InlineData("<f4", "(-1,)", 4)]
    [InlineData("<f4", "(9223372036854775807, 9223372036854775807, 16)", 4)]
    public void What_does_not_fit_is_refused(string descr, string shape, int bytes) =>
        Assert.Throws<InvalidDataException>(() => NpyReader.Read(Npy(descr, shape, new byte[bytes])));

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        byte[] whole = Npy("<f4", "(2, 2)", new byte[16]);
        for (int length = 0; length < whole.Length; length++)
        {
            byte[] part = whole[..length];
            Assert.Throws<InvalidDataException>(() => NpyReader.Read(part));
        }
    }

    [Fact]
    public void Archives_give_arrays_by_name_and_a_lone_array_is_x()
    {
        string path = Path.Combine(_folder, "a.npz");
        using (ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            Add(archive, "image.npy", Npy("|u1", "(2,)", [7, 8]));
            Add(archive, "y.npy", Npy("<i8", "(1,)", new byte[8]));
        }

        IReadOnlyDictionary<string, Tensor> arrays = NpzReader.Read(path);
        Assert.Equal(["image", "y"], arrays.Keys.Order(StringComparer.Ordinal));
        Assert.Equal([7, 8], arrays["image"].ToInt64Array());

        string lone = Path.Combine(_folder, "a.npy");
        File.WriteAllBytes(lone, Npy("|u1", "(1,)", [9]));
        Assert.Equal([9], NpzReader.Read(lone)["x"].ToInt64Array());
    }

    [Fact]
    public void A_changed_byte_in_an_archive_is_noticed_and_the_array_named()
    {
        string path = Path.Combine(_folder, "a.npz");
        byte[] array = Npy("|u1", "(64,)", [.. Enumerable.Range(0, 64).Select(i => (byte)i)]);
        using (ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            Add(archive, "image.npy", array);
        }

        byte[] bytes = File.ReadAllBytes(path);
        int place = bytes.AsSpan().IndexOf(array.AsSpan(array.Length - 64));
        Assert.True(place > 0, "The entry is not stored uncompressed.");
        bytes[place + 10] ^= 1;
        File.WriteAllBytes(path, bytes);

        InvalidDataException error = Assert.Throws<InvalidDataException>(() => NpzReader.Read(path));
        Assert.Contains("'image'", error.Message, StringComparison.Ordinal);
    }

    private static void Add(ZipArchive archive, string name, byte[] bytes)
    {
        using Stream stream = archive.CreateEntry(name, CompressionLevel.NoCompression).Open();
        stream.Write(bytes);
    }

    internal static byte[] Npy(string descr, string shape, byte[] data, bool fortran = false, int version = 1)
    {
        byte[] header = Encoding.ASCII.GetBytes($"{{'descr': '{descr}', 'fortran_order': {(fortran ? "True" : "False")}, 'shape': {shape}, }}\n");
        byte[] length = new byte[version == 1 ? 2 : 4];
        if (version == 1)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)header.Length);
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)header.Length);
        }

        return [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', (byte)version, 0, .. length, .. header, .. data];
    }
}
