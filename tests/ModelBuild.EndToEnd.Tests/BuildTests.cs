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
    public void ASizeWithARangeIsAParameter()
    {
        using TestProject project = TestProject.WithModel();
        project.Write("tiny.onnx", SmallModel.MatMul([1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 3, 0, 0, 0, 0, 4], "rows"));
        project.Write("Program.cs", """
            using App;
            TinyPredictor tiny = TinyPredictor.Shared;
            float[] y = new float[TinyPredictor.YLength(3)];
            tiny.Predict(3, [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3], y);
            System.Console.Write(string.Join(' ', y) + "; ");
            System.Console.Write(string.Join(' ', tiny.Predict(1, [1, 1, 1, 1])) + "; ");
            System.Console.Write(TinyPredictor.Info.Sizes[0] + "; ");
            ModelBuild.NamedTensors inputs = new() { { "x", new float[] { 5, 5, 5, 5 } } };
            inputs.SetSize("rows", 1);
            ((ModelBuild.IPredictor)tiny).Predict(inputs, new() { { "y", y } });
            System.Console.Write(y[3] + "; ");
            try
            {
                tiny.Predict(9, new float[36], new float[36]);
            }
            catch (System.ArgumentOutOfRangeException e)
            {
                System.Console.Write(e.ParamName);
            }
            """);
        project.WriteProject("""<DeployModel Include="tiny.onnx" Dims="rows=1..8" />""");
        project.Build().Succeeded();
        Assert.Equal("1 2 3 4 2 4 6 8 3 6 9 12; 1 2 3 4; SizeInfo { Name = rows, Minimum = 1, Maximum = 8, Step = 1 }; 20; rows", project.Run());
    }

    [Fact]
    public void ASizeThatDependsOnValuesIsTold()
    {
        using TestProject project = TestProject.WithModel();
        project.Write("tiny.onnx", SmallModel.BestBoxes(0.9f, 0.8f, 0.7f, 0.05f));
        project.Write("Program.cs", """
            using App;
            TinyPredictor tiny = TinyPredictor.Shared;
            float[] x = [0, 0, 1, 1, 0, 0, 1, 1.1f, 5, 5, 6, 6, 7, 7, 8, 8];
            float[] y = new float[TinyPredictor.YLength];
            tiny.Predict(x, y, out int count);
            System.Console.Write($"{y.Length} {count} {y[0]} {y[4]}; ");
            x[6] = 3;
            System.Console.Write(tiny.Predict(x).Length + "; ");
            long before = System.GC.GetAllocatedBytesForCurrentThread();
            tiny.Predict(x, y, out count);
            System.Console.Write($"{count} {System.GC.GetAllocatedBytesForCurrentThread() - before}; ");
            try
            {
                tiny.Predict(x, new float[8], out count);
            }
            catch (System.ArgumentException e)
            {
                System.Console.Write(e.ParamName);
            }
            """);
        project.Build().Succeeded();
        Assert.Equal("12 2 0 5; 12; 3 0; y", project.Run());
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
