using System.Runtime.InteropServices;

namespace ModelBuild.EndToEnd.Tests;

public sealed class BuildTests
{
    [Fact]
    public void BuildsRunsAndRebuildsOnlyWhatIsStale()
    {
        using TestProject project = TestProject.WithModel();
        project.Build().Succeeded();
        Assert.Equal(TestProject.DefaultOutput, project.Run());
        Assert.True(File.Exists(project.Single("report.md")));

        // Nothing changed: no task of ours starts.
        DateTime plan = File.GetLastWriteTimeUtc(project.Plan);
        BuildResult unchanged = project.Build("-v:d").Succeeded();
        Assert.Contains("Skipping target \"_ModelBuildStages\"", unchanged.Output, StringComparison.Ordinal);
        Assert.Contains("Skipping target \"_ModelBuildCheck\"", unchanged.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Task \"ConvertModel\"", unchanged.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Task \"CheckModels\"", unchanged.Output, StringComparison.Ordinal);
        Assert.Equal(plan, File.GetLastWriteTimeUtc(project.Plan));

        // Touched: looked at again, but the content decides.
        File.SetLastWriteTimeUtc(project.PathOf("tiny.onnx"), DateTime.UtcNow);
        BuildResult touched = project.Build("-v:d").Succeeded();
        Assert.Contains("Task \"ConvertModel\"", touched.Output, StringComparison.Ordinal);
        Assert.Equal(plan, File.GetLastWriteTimeUtc(project.Plan));

        // Other content with an older time is noticed too.
        project.Write("tiny.onnx", SmallModel.Bytes(10, 20, 30, 40));
        File.SetLastWriteTimeUtc(project.PathOf("tiny.onnx"), new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        project.Build().Succeeded();
        Assert.Equal("11 20 32 40", project.Run());
    }

    [Fact]
    public void ALoopBecomesALoopOfTheGeneratedCode()
    {
        using TestProject project = TestProject.WithModel();
        project.Write("tiny.onnx", SmallModel.DoubledUntil(100));
        project.Build("-p:EmitCompilerGeneratedFiles=true").Succeeded();
        Assert.Equal("32 -32 64 -64", project.Run());
        string generated = Assert.Single(Directory.GetFiles(project.PathOf("obj"), "*TinyPredictor*.cs", SearchOption.AllDirectories));
        Assert.Contains("while (scratch.Bool(", File.ReadAllText(generated), StringComparison.Ordinal);
    }

    [Fact]
    public void ExternalDataOfAnyNameIsPartOfTheModel()
    {
        using TestProject project = TestProject.WithModel();
        project.Write("tiny.onnx", SmallModel.WithExternalData("parameters/all.blob"));
        project.Write("parameters/all.blob", MemoryMarshal.AsBytes<float>([1, 2, 3, 4]).ToArray());
        project.Build().Succeeded();
        Assert.Equal(TestProject.DefaultOutput, project.Run());

        BuildResult unchanged = project.Build("-v:d").Succeeded();
        Assert.Contains("Skipping target \"_ModelBuildStages\"", unchanged.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Task \"ConvertModel\"", unchanged.Output, StringComparison.Ordinal);

        // Other content with an older time.
        project.Write("parameters/all.blob", MemoryMarshal.AsBytes<float>([10, 20, 30, 40]).ToArray());
        File.SetLastWriteTimeUtc(project.PathOf("parameters/all.blob"), new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        project.Build().Succeeded();
        Assert.Equal("11 20 32 40", project.Run());

        File.Delete(project.PathOf("parameters/all.blob"));
        project.Build("--no-restore").FailedWith("MDB1006");
    }

    [Fact]
    public void ChangedMetadataTakesEffectAndCleanRemovesEverything()
    {
        using TestProject project = TestProject.WithModel();
        project.Build().Succeeded();
        project.WriteProject("""<DeployModel Include="tiny.onnx" Namespace="Deployed" />""");
        project.Write("Program.cs", TestProject.ProgramOf("Deployed.TinyPredictor"));
        project.Build().Succeeded();
        Assert.Equal(TestProject.DefaultOutput, project.Run());

        project.Build("-t:Clean").Succeeded();
        Assert.False(Directory.Exists(project.Intermediate));
    }

    [Fact]
    public void DesignTimeBuildOfACleanTreeWritesASignatureOnly()
    {
        using TestProject project = TestProject.WithModel();
        DotNet.Run(project.Folder, "restore", "-nodeReuse:false").Succeeded();
        project.Build("--no-restore", "-t:Compile", "-p:DesignTimeBuild=true", "-p:SkipCompilerExecution=true", "-p:ProvideCommandLineArgs=true").Succeeded();
        string text = File.ReadAllText(Assert.Single(Directory.GetFiles(project.Intermediate, "*.plan", SearchOption.AllDirectories)));
        Assert.Contains("TinyPredictor", text, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(project.Intermediate, "model.weights", SearchOption.AllDirectories));

        // A real build after it replaces the signature.
        project.Build().Succeeded();
        Assert.Equal(TestProject.DefaultOutput, project.Run());
    }
}
