using Microsoft.Build.Utilities;
using ModelBuild.EndToEnd.Tests;

namespace ModelBuild.Tasks.Tests;

public sealed class CheckModelsTests : IDisposable
{
    private readonly TaskFolder _folder = new();

    public CheckModelsTests() => _folder.Write("m.onnx", SmallModel.Bytes());

    [Fact]
    public void EveryFaultOfEveryItemIsReportedAtTheProject()
    {
        TaskRun run = _folder.Check(
            false,
            Item("m.onnx", ("Quantise", "int8"), ("Runtime", "onnxruntme"), ("MaxSize", "big")),
            Item("absent.onnx"),
            Item("m.onnx", ("ClassName", "A"), ("Runtime", "onnxruntime")),
            Item("m.onnx", ("ClassName", "A")),
            Item("m.onnx", ("ClassName", "B"), ("Runtime", "onnxruntime"), ("MaxScratch", "1K")));
        Assert.False(run.Result);
        Assert.Equal(
            ["MDB3011 Quantize", "MDB3011 onnxruntime", "MDB3011 MaxSize", "MDB1009 absent.onnx", "MDB7101 dotnet add package", "MDB3010 ClassName", "MDB7002 MaxScratch"],
            run.Engine.Errors.Select(e => $"{e.Code} {Expected(e.Code!, e.Message!)}"));
        Assert.All(run.Engine.Errors, e => Assert.Equal(_folder.Project, e.File));
    }

    [Fact]
    public void FilesOfTheSettingsMustExist()
    {
        TaskRun run = _folder.Check(true, Item("m.onnx", ("CalibrationData", "c.npz"), ("ValidationData", "v.npz"), ("Labels", "l.txt")));
        Assert.Equal(
            [("MDB4001", _folder.Project), ("MDB6004", _folder.Project), ("MDB3012", _folder.Project)],
            run.Engine.Errors.Select(e => (e.Code, e.File)));
    }

    [Fact]
    public void ModelsThatWouldShareAFolderAreAnError()
    {
        TaskItem first = Item("m.onnx", ("_Dir", "obj/a_b"));
        TaskItem second = Item("m.onnx", ("_Dir", "obj/a_b"), ("Namespace", "Other"));
        _folder.Check(true, first, second).FailedWith("MDB3010", _folder.Project);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>The part of the message that says what to do, or the message.</summary>
    private static string Expected(string code, string message)
    {
        string[] parts = code switch
        {
            "MDB3011" => ["'Quantize'", "'onnxruntime'", "MaxSize"],
            "MDB1009" => ["absent.onnx"],
            "MDB7101" => ["dotnet add package"],
            "MDB3010" => ["ClassName"],
            _ => ["MaxScratch"],
        };
        return parts.FirstOrDefault(p => message.Contains(p, StringComparison.Ordinal))?.Trim('\'') ?? message;
    }

    private TaskItem Item(string name, params (string Name, string Value)[] metadata)
    {
        TaskItem item = new(_folder.PathOf(name));
        item.SetMetadata("_Dir", string.Join(';', metadata) + name);
        foreach ((string key, string value) in metadata)
        {
            item.SetMetadata(key, value);
        }

        return item;
    }
}
