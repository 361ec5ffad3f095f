using ModelBuild.Compiler.Output;

namespace ModelBuild.Compiler.Tests.Output;

public sealed class AtomicFileTests : IDisposable
{
    private static readonly DateTime s_before = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly string _folder = Directory.CreateTempSubdirectory("modelbuild-").FullName;

    private string FilePath => Path.Combine(_folder, "sub", "file");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(200_000)]
    public void OnlyOtherBytesChangeTheTime(int length)
    {
        byte[] bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        AtomicFile.Write(FilePath, s => s.Write(bytes));
        Assert.Equal(bytes, File.ReadAllBytes(FilePath));

        File.SetLastWriteTimeUtc(FilePath, s_before);
        AtomicFile.Write(FilePath, s => s.Write(bytes));
        AtomicFile.WriteBytes(FilePath, bytes);
        Assert.Equal(s_before, File.GetLastWriteTimeUtc(FilePath));

        byte[] others = [.. bytes, 1];
        AtomicFile.Write(FilePath, s => s.Write(others));
        Assert.Equal(others, File.ReadAllBytes(FilePath));
        others[^1] = 2;
        AtomicFile.Write(FilePath, s => s.Write(others));
        Assert.Equal(others, File.ReadAllBytes(FilePath));
        others[0] ^= 1;
        AtomicFile.WriteBytes(FilePath, others);
        Assert.Equal(others, File.ReadAllBytes(FilePath));
        Assert.Equal([FilePath], Directory.GetFiles(Path.GetDirectoryName(FilePath)!));
    }

    [Fact]
    public void WhatFailsLeavesTheFileAsItWas()
    {
        AtomicFile.WriteText(FilePath, "before");
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(FilePath, s =>
        {
            s.WriteByte(1);
            throw new InvalidOperationException();
        }));
        Assert.Equal("before", File.ReadAllText(FilePath));
        Assert.Equal([FilePath], Directory.GetFiles(Path.GetDirectoryName(FilePath)!));
    }
}
