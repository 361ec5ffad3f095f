namespace ModelBuild.EndToEnd.Tests;

/// <summary>The public targets, and what a project of several models offers.</summary>
public sealed class TargetsTests
{
    private const string Items = """
        <DeployModel Include="Models/scores.onnx" Labels="labels.txt" Weights="file" VerifyData="samples.npy" />
        """;

    [Fact]
    public void TargetsAndConveniences()
    {
        using TestProject project = new();
        project.Write("Models/scores.onnx", SmallModel.MatMul([1, 0, 0, 0, 0, 2, 0, 0, 0, 0, -1, 0, 0, 0, 0, 3]));
        project.Write("labels.txt", "a\nb\nc\nd\n");
        project.Write("samples.npy", NpyFile.Bytes([1, -1, 2, -2], 1, 4));
        project.WriteProject(Items);
        project.Write("Program.cs", """
            using App.Models;
            float[] y = new float[8];
            ScoresPredictor.Shared.PredictBatch(2, [1f, -1f, 2f, -2f, 4f, 3f, 2f, 1f], y);
            System.Console.WriteLine(string.Join(' ', y));
            System.Console.WriteLine(ScoresPredictor.Shared.Classify([0f, 9f, 0f, 0f]).Label);
            ModelBuild.LabelScore[] top = new ModelBuild.LabelScore[2];
            int count = ScoresPredictor.Shared.TopK([0f, 1f, 0f, 9f], top);
            System.Console.WriteLine(count + " " + top[0].Label + " " + top[1].Label);
            """);

        // On a tree that was never built.
        BuildResult inspect = project.Build("-t:Restore;ModelBuildInspect").Succeeded();
        Assert.Contains("1 x MatMul", inspect.Output, StringComparison.Ordinal);
        Assert.Contains("dimension 'n' is free", inspect.Output, StringComparison.Ordinal);
        BuildResult convert = project.Build("--no-restore", "-t:ModelBuildConvert").Succeeded();
        Assert.Contains("1-converted.onnx", convert.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(project.Single("1-converted.onnx")));
        Assert.Empty(Directory.GetFiles(project.Intermediate, "model.plan", SearchOption.AllDirectories));

        BuildResult report = project.Build("--no-restore", "-t:Build;ModelBuildReport").Succeeded();
        Assert.Contains("# ScoresPredictor", report.Output, StringComparison.Ordinal);
        Assert.Contains("(samples.npy)", report.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(project.PathOf("bin/Debug/net10.0/ScoresPredictor.weights")));
        Assert.Equal(["1 -2 -2 -6 4 6 -2 3", "b", "2 d b"], project.Run().Split('\n', StringSplitOptions.TrimEntries));

        // Other data of the same name is noticed, whatever its time says.
        project.Write("samples.npy", NpyFile.Bytes([1, -1, 2, -2, 3], 1, 5));
        File.SetLastWriteTimeUtc(project.PathOf("samples.npy"), new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        project.Build("--no-restore").FailedWith("MDB6004");
        project.Write("samples.npy", NpyFile.Bytes([2, -1, 2, -2], 1, 4));
        project.Build("--no-restore").Succeeded();

        project.Build("--no-restore", "-t:ModelBuildClean").Succeeded();
        Assert.False(Directory.Exists(project.Intermediate));
        Assert.True(File.Exists(project.PathOf("bin/Debug/net10.0/App.dll")));
    }

    [Theory]
    [InlineData("ModelBuildInspect", true)]
    [InlineData("ModelBuildInspect", false)]
    [InlineData("ModelBuildReport", true)]
    [InlineData("Build", true)]
    public void PrintingIsWarnedAboutWhereTheLoggerHidesIt(string target, bool isTerminal)
    {
        const string Code = "MDB7006";
        using TestProject project = TestProject.WithModel();
        BuildResult result = project.Build($"-t:Restore;{target}", isTerminal ? "-p:_MSBUILDTLENABLED=1" : "-p:_MSBUILDTLENABLED=0").Succeeded();
        Assert.Equal(isTerminal && target != "Build", result.Output.Contains("warning " + Code, StringComparison.Ordinal));
    }
}
