using System.Text;
using ModelBuild.EndToEnd.Tests;

namespace ModelBuild.Tasks.Tests;

public sealed class ConvertModelTests : IDisposable
{
    private const string LfsPointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n";
    private readonly TaskFolder _folder = new();

    public static TheoryData<string, byte[], string> BrokenFiles() => new()
    {
        { "empty", [], "MDB1001" },
        { "text", "This is not a model."u8.ToArray(), "MDB1001" },
        { "web page", "<!DOCTYPE html><html></html>"u8.ToArray(), "MDB1001" },
        { "half", SmallModel.Bytes()[..60], "MDB1005" },
        { "without the last byte", SmallModel.Bytes()[..^1], "MDB1005" },
        { "Git LFS", Encoding.ASCII.GetBytes(LfsPointer), "MDB1002" },
        { "missing external data", SmallModel.WithExternalData("w.bin"), "MDB1006" },
        { "above", SmallModel.WithExternalData("../secret.bin"), "MDB1003" },
        { "above by a detour", SmallModel.WithExternalData("obj/../../secret.bin"), "MDB1003" },
        { "absolute", SmallModel.WithExternalData("/etc/passwd"), "MDB1003" },
        { "contradiction", SmallModel.Contradiction(), "MDB3002" },
    };

    [Theory]
    [MemberData(nameof(BrokenFiles))]
    public void ABrokenFileIsOneErrorAtTheModelAndLeavesNothing(string name, byte[] bytes, string code)
    {
        _folder.Write("m.onnx", bytes);
        _folder.Convert().FailedWith(code, _folder.PathOf("m.onnx"));
        Assert.Empty(_folder.Outputs);

        // Repaired: correct at once.
        _folder.Write("m.onnx", SmallModel.Bytes());
        Assert.True(_folder.Convert().Result, name);
        Assert.Contains("1-converted.onnx", _folder.Outputs);
    }

    [Fact]
    public void ExternalDataThroughALinkIsRefused()
    {
        _folder.Write("m.onnx", SmallModel.WithExternalData("w.bin"));
        _folder.Write("real.bin", new byte[16]);
        File.CreateSymbolicLink(_folder.PathOf("w.bin"), _folder.PathOf("real.bin"));
        _folder.Convert().FailedWith("MDB1003", _folder.PathOf("m.onnx"));
    }

    [Fact]
    public void TheFilesThatWereReadAreListedWithTheirTimes()
    {
        _folder.Write("m.onnx", SmallModel.WithExternalData("w.bin"));
        _folder.Write("w.bin", new byte[16]);
        _folder.Write("m.onnx.data", new byte[16]);
        _folder.Convert().Succeeded();
        Assert.Equal([_folder.PathOf("w.bin")], File.ReadAllLines(_folder.Output("dependencies.txt")));
        string line = Assert.Single(File.ReadAllLines(_folder.Output("dependencies.times")));
        Assert.Equal($"{_folder.PathOf("w.bin")}|{new Microsoft.Build.Utilities.TaskItem(_folder.PathOf("w.bin")).GetMetadata("ModifiedTime")}", line);
    }

    [Fact]
    public void AModelThatDoesNotExistIsAnError() => _folder.Convert().FailedWith("MDB1009", _folder.PathOf("m.onnx"));

    public void Dispose() => _folder.Dispose();
}
