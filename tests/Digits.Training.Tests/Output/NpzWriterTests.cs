using System.IO.Compression;
using Digits.Training.Output;

namespace Digits.Training.Tests.Output;

public sealed class NpzWriterTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    [Fact]
    public void Arrays_come_back()
    {
        string path = Path.Combine(_folder.FullName, "a.npz");
        float[] x = [1f, -2.5f, float.MaxValue, float.NaN, 0f, 1e-40f];
        long[] y = [long.MinValue, 7];
        byte[] z = [1, 2, 255];
        Write(path, x, y, z);

        Assert.Equal(x, NpzFile.ReadSingle(path, "x"));
        Assert.Equal(y, NpzFile.ReadInt64(path, "y"));
        Assert.Equal(z, NpzFile.Read(path, "z").Data);
        Assert.Equal(("<f4", "1,2,3"), Described(path, "x"));
        Assert.Equal(("<i8", "2"), Described(path, "y"));
        Assert.Equal(("|u1", "3"), Described(path, "z"));
    }

    [Fact]
    public void Equal_arrays_give_equal_files()
    {
        string first = Path.Combine(_folder.FullName, "first.npz");
        string second = Path.Combine(_folder.FullName, "second.npz");
        Write(first, [1, 2, 3, 4, 5, 6], [1, 2], [1, 2, 3]);
        Write(second, [1, 2, 3, 4, 5, 6], [1, 2], [1, 2, 3]);
        Assert.Equal(File.ReadAllBytes(first), File.ReadAllBytes(second));
        using ZipArchive archive = ZipFile.OpenRead(first);
        Assert.All(archive.Entries, entry => Assert.Equal(new DateTime(1980, 1, 1), entry.LastWriteTime.DateTime));
    }

    [Fact]
    public void A_shape_that_does_not_fit_is_refused()
    {
        Assert.Throws<ArgumentException>(() => NpyArray.FromSingle([1, 2, 3], 2, 2));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static void Write(string path, float[] x, long[] y, byte[] z) => NpzWriter.Write(
        path,
        ("x", NpyArray.FromSingle(x, 1, 2, 3)),
        ("y", NpyArray.FromInt64(y, 2)),
        ("z", NpyArray.FromByte(z, 3)));

    private static (string Descriptor, string Shape) Described(string path, string key)
    {
        (string descriptor, int[] shape, _) = NpzFile.Read(path, key);
        return (descriptor, string.Join(',', shape));
    }
}
