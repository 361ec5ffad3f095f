namespace ModelBuild.EndToEnd.Tests;

public sealed class ErrorTests
{
    private const string LfsPointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n";

    [Fact]
    public void BrokenModelsAreErrorsUntilTheyAreFixed()
    {
        using TestProject project = TestProject.WithModel();
        byte[] whole = SmallModel.Bytes();
        project.Write("tiny.onnx", whole[..(whole.Length / 2)]);
        project.Build().FailedWith("MDB1005");
        project.Write("tiny.onnx", LfsPointer);
        project.Build("--no-restore").FailedWith("MDB1002");
        project.Write("tiny.onnx", "This is not a model.");
        project.Build("--no-restore").FailedWith("MDB1001");
        project.Write("tiny.onnx", whole);
        project.Build("--no-restore").Succeeded();
        Assert.Equal(TestProject.DefaultOutput, project.Run());
    }

    [Fact]
    public void UnknownMetadataNamesTheNearest()
    {
        using TestProject project = TestProject.WithModel();
        project.WriteProject("""<DeployModel Include="tiny.onnx" Quantise="int8" />""");
        BuildResult result = project.Build().FailedWith("MDB3011");
        Assert.Contains("Quantize", result.Output, StringComparison.Ordinal);
        Assert.Contains("App.csproj", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("net8.0", true)]
    [InlineData("netstandard2.0", true)]
    [InlineData("net48", true)]
    [InlineData("net10.0", false)]
    public void AnOlderFrameworkIsOneErrorAndNotManyOfTheCompiler(string framework, bool isRefused)
    {
        using TestProject project = TestProject.WithModel();
        BuildResult result = project.Build("--no-restore", "-t:_ModelBuildSanity", "-p:TargetFramework=" + framework);
        if (isRefused)
        {
            Assert.Contains($"'{framework}'", result.FailedWith("MDB7005").Output, StringComparison.Ordinal);
        }
        else
        {
            result.Succeeded();
        }
    }

    [Fact]
    public void AFailedBudgetFailsAgain()
    {
        using TestProject project = TestProject.WithModel();
        project.WriteProject("""<DeployModel Include="tiny.onnx" MaxSize="1" />""");
        project.Build().FailedWith("MDB6003");
        project.Build("--no-restore").FailedWith("MDB6003");
    }

    [Fact]
    public void TwoModelsOfOneClassAreAnError()
    {
        using TestProject project = TestProject.WithModel();
        project.Write("other.onnx", SmallModel.Bytes());
        project.WriteProject("""
            <DeployModel Include="tiny.onnx" />
            <DeployModel Include="other.onnx" ClassName="TinyPredictor" />
            """);
        project.Build().FailedWith("MDB3010");
    }
}
