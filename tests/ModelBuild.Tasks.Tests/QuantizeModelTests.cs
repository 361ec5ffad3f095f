using ModelBuild.EndToEnd.Tests;

namespace ModelBuild.Tasks.Tests;

public sealed class QuantizeModelTests : IDisposable
{
    private static readonly float[] s_weights = [1, 0, 0, 0, 0, 2, 0, 0, 0, 0, -1, 0, 0, 0, 0, 3];
    private static readonly float[] s_samples = [1, -1, 2, -2, -2, 2, -1, 1];
    private readonly TaskFolder _folder = new();

    public QuantizeModelTests()
    {
        _folder.Model.SetMetadata("Quantize", "int8");
        _folder.Model.SetMetadata("CalibrationData", "c.npy");
        _folder.Write("m.onnx", SmallModel.MatMul(s_weights));
        _folder.Write("c.npy", NpyFile.Bytes(s_samples, 2, 4));
    }

    [Fact]
    public void MissingCalibrationDataIsAnErrorAtTheItem()
    {
        _folder.Prepare();
        File.Delete(_folder.PathOf("c.npy"));
        Fails("MDB4001", _folder.Project);
    }

    [Fact]
    public void CalibrationDataOfAnotherShapeTellsBothShapes()
    {
        _folder.Prepare();
        _folder.Write("c.npy", NpyFile.Bytes([1, 2, 3, 4, 5, 6], 2, 3));
        string message = Fails("MDB4001", _folder.PathOf("c.npy"));
        Assert.Contains("[2,3]", message.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("[samples,4]", message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnExclusionOfNothingNamesTheNearestNode()
    {
        _folder.Prepare();
        _folder.Model.SetMetadata("QuantizeExclude", "matmull");
        Assert.Contains("Did you mean 'matmul'?", _folder.Quantize().FailedWith("MDB3011", _folder.Project).Message!, StringComparison.Ordinal);
    }

    [Fact]
    public void CalibrationDataThatIsCutOffIsAnError()
    {
        _folder.Prepare();
        _folder.Write("c.npy", NpyFile.Bytes(s_samples, 2, 4)[..^3]);
        Fails("MDB4001", _folder.PathOf("c.npy"));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void CalibrationDataThatIsNotFiniteIsAnErrorThatTellsTheSample(float value)
    {
        _folder.Prepare();
        _folder.Write("c.npy", NpyFile.Bytes([1, 2, 3, 4, 1, 2, value, 4], 2, 4));
        Assert.Contains("sample 1 ", Fails("MDB4002", _folder.Project), StringComparison.Ordinal);
    }

    [Fact]
    public void CalibrationDataWithoutSamplesIsAnError()
    {
        _folder.Prepare();
        _folder.Write("c.npy", NpyFile.Bytes([], 0, 4));
        Assert.Contains("no samples", Fails("MDB4001", _folder.PathOf("c.npy")), StringComparison.Ordinal);
    }

    [Fact]
    public void StaticRangesWithoutCalibrationDataAreAnErrorAtTheItem()
    {
        _folder.Model.SetMetadata("Quantize", "int8-static");
        _folder.Model.SetMetadata("CalibrationData", "");
        _folder.Prepare();
        _folder.Quantize().FailedWith("MDB4001", _folder.Project);
    }

    [Fact]
    public void AWeightThatIsNotFiniteIsAnErrorThatNamesTheNode()
    {
        _folder.Write("m.onnx", SmallModel.MatMul([.. s_weights[..^1], float.NaN]));
        _folder.Prepare();
        TaskRun run = _folder.Quantize();
        Assert.False(run.Result);
        Assert.Equal("MDB4002", Assert.Single(run.Engine.Errors).Code);
        Assert.DoesNotContain("4-quantized.onnx", _folder.Outputs);
    }

    [Fact]
    public void NothingToQuantizeIsAWarning()
    {
        _folder.Write("m.onnx", SmallModel.Bytes());
        _folder.Prepare();
        Assert.Equal("MDB4003", Assert.Single(_folder.Quantize().Succeeded().Engine.Warnings).Code);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>The stage fails with this error and leaves nothing; with its data repaired it succeeds.</summary>
    private string Fails(string code, string file)
    {
        string message = _folder.Quantize().FailedWith(code, file).Message!;
        Assert.DoesNotContain("4-quantized.onnx", _folder.Outputs);
        _folder.Write("c.npy", NpyFile.Bytes(s_samples, 2, 4));
        _folder.Quantize().Succeeded();
        Assert.Contains("4-quantized.onnx", _folder.Outputs);
        return message;
    }
}
