using ModelBuild.EndToEnd.Tests;

namespace ModelBuild.Tasks.Tests;

public sealed class VerifyModelTests : IDisposable
{
    private readonly TaskFolder _folder = new();

    public VerifyModelTests() => _folder.Write("m.onnx", SmallModel.MatMul([1, 0, 0, 0, 0, 2, 0, 0, 0, 0, -1, 0, 0, 0, 0, 3]));

    [Fact]
    public void AnotherModelsWeightsAreADifference()
    {
        _folder.Prepare();
        _folder.Compile().Succeeded();

        // The source changes behind the compiled plan, as a wrong rewrite would change the plan behind the source.
        _folder.Write("m.onnx", SmallModel.MatMul([1, 0, 0, 0, 0, 2, 0, 0, 0, 0, -1, 0, 0, 0, 0, 4]));
        _folder.Convert().Succeeded();
        _folder.Verify().FailedWith("MDB6001", _folder.PathOf("m.onnx"));
        Assert.DoesNotContain("report.md", _folder.Outputs);
        Assert.DoesNotContain("model.verification", _folder.Outputs);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ACompressedModelThatFailsOnNoiseIsToldToTryItsData(bool hasData)
    {
        _folder.Write("d.npy", NpyFile.Bytes([0.3f, -0.7f, 0.9f, 0.1f], 1, 4));
        _folder.Model.SetMetadata("Quantize", "int8");
        _folder.Model.SetMetadata("Tolerance", "abs=0;rel=0");
        _folder.Model.SetMetadata("VerifyData", hasData ? "d.npy" : "");
        _folder.Prepare();
        _folder.Quantize().Succeeded();
        _folder.Compile("4-quantized.onnx").Succeeded();
        string message = _folder.Verify("4-quantized.onnx").FailedWith("MDB6001", _folder.PathOf("m.onnx")).Message!;
        Assert.Equal(!hasData, message.Contains("VerifyData", StringComparison.Ordinal));
    }

    [Fact]
    public void AccuracyThatFellTooFarIsAnError()
    {
        _folder.Write("v.npz", NpzFile.Bytes(("x", NpyFile.Bytes([5, 0, 0, 0, 0, 5, 0, 0], 2, 4)), ("y", NpyFile.Bytes([0, 1], 2))));
        _folder.Model.SetMetadata("ValidationData", "v.npz");
        _folder.Model.SetMetadata("Tolerance", "abs=100;rel=100");
        _folder.Write("m.onnx", SmallModel.MatMul([-1, 0, 0, 0, 0, 2, 0, 0, 0, 0, -1, 0, 0, 0, 0, 3]));
        _folder.Prepare();
        _folder.Compile().Succeeded();

        // The deployed plan takes the first class for another one; the source, changed behind it, does not.
        _folder.Write("m.onnx", SmallModel.MatMul([1, 0, 0, 0, 0, 2, 0, 0, 0, 0, -1, 0, 0, 0, 0, 3]));
        _folder.Convert().Succeeded();
        string message = _folder.Verify().FailedWith("MDB6002", _folder.PathOf("m.onnx")).Message!;
        Assert.Contains("from 1.0000 to 0.5000", message, StringComparison.Ordinal);

        _folder.Model.SetMetadata("MaxAccuracyDrop", "0.5");
        _folder.Verify().Succeeded();
        Assert.Contains("report.md", _folder.Outputs);
    }

    [Theory]
    [InlineData(4, 1, "Sample 1 ")]
    [InlineData(-1, 0, "whole number")]
    [InlineData(0.5f, 0, "whole number")]
    [InlineData(float.NaN, 0, "whole number")]
    public void AClassThatTheModelDoesNotHaveIsAnErrorAtTheData(float label, int row, string text)
    {
        float[] labels = [0, 0];
        labels[row] = label;
        Assert.Contains(text, FailsToValidate(("x", NpyFile.Bytes([5, 0, 0, 0, 0, 5, 0, 0], 2, 4)), ("y", NpyFile.Bytes(labels, 2))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void EverySampleNeedsOneLabel(int labels) => Assert.Contains(
        "each of the 2 samples", FailsToValidate(("x", NpyFile.Bytes([5, 0, 0, 0, 0, 5, 0, 0], 2, 4)), ("y", NpyFile.Bytes(new float[labels], labels))), StringComparison.Ordinal);

    [Fact]
    public void SkippingIsAWarning()
    {
        _folder.Prepare();
        _folder.Compile().Succeeded();
        Assert.Equal("MDB6090", Assert.Single(_folder.Verify(enabled: false).Succeeded().Engine.Warnings).Code);
    }

    [Fact]
    public void ValidationDataWithoutLabelsIsAnErrorAtItsFile()
    {
        _folder.Write("v.npy", NpyFile.Bytes([1, 2, 3, 4], 1, 4));
        _folder.Model.SetMetadata("ValidationData", "v.npy");
        _folder.Prepare();
        _folder.Compile().Succeeded();
        _folder.Verify().FailedWith("MDB6004", _folder.PathOf("v.npy"));
    }

    [Fact]
    public void NothingToPruneIsAWarning()
    {
        _folder.Write("m.onnx", SmallModel.Bytes());
        _folder.Model.SetMetadata("Prune", "magnitude:0.5");
        _folder.Prepare();
        Assert.Equal("MDB5002", Assert.Single(_folder.Prune().Succeeded().Engine.Warnings).Code);
    }

    public void Dispose() => _folder.Dispose();

    private string FailsToValidate(params (string Name, byte[] Npy)[] arrays)
    {
        _folder.Write("v.npz", NpzFile.Bytes(arrays));
        _folder.Model.SetMetadata("ValidationData", "v.npz");
        _folder.Prepare();
        _folder.Compile().Succeeded();
        return _folder.Verify().FailedWith("MDB6004", _folder.PathOf("v.npz")).Message!;
    }
}
