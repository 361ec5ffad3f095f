using Microsoft.Build.Framework;
using ModelBuild.EndToEnd.Tests;

namespace ModelBuild.Tasks.Tests;

public sealed class CompileModelTests : IDisposable
{
    private readonly TaskFolder _folder = new();

    [Fact]
    public void EveryUnsupportedOperatorIsListedOnceAtItsFirstNode()
    {
        _folder.Write("m.onnx", SmallModel.Chain("Relu", "Foo", "Bar", "Foo"));
        _folder.Prepare();
        TaskRun run = _folder.Compile();
        Assert.False(run.Result);
        Assert.All(run.Engine.Errors, e => Assert.Equal("MDB2001", e.Code));
        Assert.Collection(run.Engine.Errors, e => IsUnsupported(e, "'Foo' (2 nodes, first 'n1')", "# n1"), e => IsUnsupported(e, "'Bar' (1 node, first 'n2')", "# n2"));
        Assert.DoesNotContain("model.plan", _folder.Outputs);
        Assert.DoesNotContain("model.weights", _folder.Outputs);
    }

    [Fact]
    public void ADimensionWithoutASizeNamesTheSetting()
    {
        _folder.Write("m.onnx", SmallModel.Symbolic("length"));
        _folder.Prepare();
        Assert.Contains("Dims=\"length=", _folder.Compile().FailedWith("MDB3001", _folder.PathOf("m.onnx")).Message, StringComparison.Ordinal);
        _folder.Model.SetMetadata("Dims", "length=4");
        _folder.Compile().Succeeded();
        Assert.Contains("model.plan", _folder.Outputs);
    }

    [Fact]
    public void LabelsThatFitNoOutputAreAnErrorAtTheirFile()
    {
        _folder.Write("m.onnx", SmallModel.Bytes());
        _folder.Write("labels.txt", "one\ntwo\n"u8.ToArray());
        _folder.Model.SetMetadata("Labels", "labels.txt");
        _folder.Prepare();
        _folder.Compile().FailedWith("MDB3012", _folder.PathOf("labels.txt"));
    }

    [Fact]
    public void OnnxRuntimeTakesOperatorsThatAreNotSupportedAndSaysThatNothingWasVerified()
    {
        _folder.Write("m.onnx", SmallModel.Chain("Relu", "Foo", "Relu"));
        _folder.Model.SetMetadata("Runtime", "onnxruntime");
        _folder.Prepare();
        _folder.Compile().Succeeded();
        Assert.Equal("MDB6090", Assert.Single(_folder.Verify().Succeeded().Engine.Warnings).Code);

        // Asked for a figure that cannot be had: never "passed".
        _folder.Write("validation.npy", NpyFile.Bytes([1, 2, 3, 4], 1, 4));
        _folder.Model.SetMetadata("ValidationData", "validation.npy");
        _folder.Verify().FailedWith("MDB7002", _folder.Project);
    }

    public void Dispose() => _folder.Dispose();

    private void IsUnsupported(BuildErrorEventArgs error, string text, string mark)
    {
        Assert.Equal(_folder.Listing, error.File);
        Assert.Contains(text, error.Message, StringComparison.Ordinal);
        Assert.EndsWith(mark, File.ReadAllLines(_folder.Listing)[error.LineNumber - 1], StringComparison.Ordinal);
    }
}
