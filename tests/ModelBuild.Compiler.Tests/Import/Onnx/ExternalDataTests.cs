using System.Runtime.InteropServices;
using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import.Onnx;
using ModelBuild.Compiler.Import.Onnx.Wire;

namespace ModelBuild.Compiler.Tests.Import.Onnx;

public sealed partial class ExternalDataTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("mdb-external").FullName;
    private readonly string _folder;

    public ExternalDataTests()
    {
        _folder = Directory.CreateDirectory(Path.Combine(_root, "model")).FullName;
        File.WriteAllBytes(Path.Combine(_folder, "weights.bin"), [.. Enumerable.Range(0, 64).Select(i => (byte)i)]);
        Directory.CreateDirectory(Path.Combine(_folder, "a ü"));
        File.Copy(Path.Combine(_folder, "weights.bin"), Path.Combine(_folder, "a ü", "w.bin"));
        File.WriteAllText(Path.Combine(_root, "canary"), "canary-canary-canary");
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("weights.bin")]
    [InlineData("./weights.bin")]
    [InlineData("a ü/w.bin")]
    public void DataBelowTheFolderIsRead(string location) => Assert.Equal([7, 8, 9, 10], Read(4, ("location", location), ("offset", "7"), ("length", "4")));

    [Theory]
    [InlineData("../canary")]
    [InlineData("a ü/../../canary")]
    [InlineData("/etc/passwd")]
    [InlineData("C:\\Windows\\win.ini")]
    [InlineData("\\\\127.0.0.1\\share\\w.bin")]
    [InlineData("..\\canary")]
    [InlineData("http://127.0.0.1:9/w.bin")]
    [InlineData("file:///etc/passwd")]
    [InlineData("weights.bin\0/../../canary")]
    public void EscapesAreRefused(string location) => Errors.Expect(Descriptors.ExternalDataEscapes, () => Read(4, ("location", location)));

    [Fact]
    public void RepeatedLocationIsRefused() => Errors.Expect(Descriptors.ExternalDataEscapes, () => Read(4, ("location", "weights.bin"), ("location", "../canary")));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a ü")]
    [InlineData("missing.bin")]
    public void MissingDataIsReported(string location) => Errors.Expect(Descriptors.ExternalDataMissing, () => Read(4, ("location", location)));

    [Theory]
    [InlineData("61", "4")]
    [InlineData("-8", "4")]
    [InlineData("0", "-1")]
    [InlineData("0", "16")]
    [InlineData("9223372036854775807", "4")]
    [InlineData("0x10; rm", "4")]
    public void RangesOutsideTheFileAreRefused(string offset, string length) =>
        Errors.Expect(Descriptors.ExternalDataMissing, () => Read(4, ("location", "weights.bin"), ("offset", offset), ("length", length)));

    [Fact]
    public void HugeTensorTakesNoMemory() => Errors.Expect(Descriptors.ExternalDataMissing, () => Read(1L << 40, ("location", "weights.bin")));

    [UnixFact]
    public void HardLinkIsRefused()
    {
        Assert.Equal(0, CreateHardLink(Path.Combine(_root, "canary"), Path.Combine(_folder, "hard.bin")));
        Errors.Expect(Descriptors.ExternalDataEscapes, () => Read(4, ("location", "hard.bin")));
    }

    [UnixFact]
    public void SymbolicLinkIsRefused()
    {
        File.CreateSymbolicLink(Path.Combine(_folder, "link.bin"), Path.Combine(_root, "canary"));
        Directory.CreateSymbolicLink(Path.Combine(_folder, "up"), _root);
        Errors.Expect(Descriptors.ExternalDataEscapes, () => Read(4, ("location", "link.bin")));
        Errors.Expect(Descriptors.ExternalDataEscapes, () => Read(4, ("location", "up/canary")));
    }

    [UnixFact]
    public void DeviceIsNeverOpened() => Errors.Expect(Descriptors.ExternalDataMissing, () => Encoded(new OnnxExternalData("/dev"), 4, ("location", "zero")));

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateHardLink(string existing, string added);

    private static byte[] Encoded(OnnxExternalData data, long bytes, params (string Key, string Value)[] entries) =>
        data.Read(entries.Select(e => new StringStringEntryProto { Key = e.Key, Value = e.Value }), bytes, "t");

    private byte[] Read(long bytes, params (string Key, string Value)[] entries) => Encoded(new OnnxExternalData(_folder), bytes, entries);
}
