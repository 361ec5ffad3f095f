namespace ModelBuild.EndToEnd.Tests;

public sealed class LayoutTests
{
    [Theory]
    [InlineData("my app")]
    [InlineData("a@b Größe 模型")]
    public void BuildsInAnyFolder(string folder)
    {
        using TestProject project = TestProject.WithModel(folder);
        project.Build().Succeeded();
        Assert.Equal(TestProject.DefaultOutput, project.Run());
    }

    [Fact]
    public void ModelsOfOneNameInTwoFoldersBuild()
    {
        using TestProject project = new();
        project.Write("A/tiny.onnx", SmallModel.Bytes());
        project.Write("B/tiny.onnx", SmallModel.Bytes(10, 20, 30, 40));
        project.WriteProject("""<DeployModel Include="A/tiny.onnx;B/tiny.onnx" />""");
        project.Write("Program.cs", """
            float[] y = new float[4];
            App.A.TinyPredictor.Shared.Predict([1f, -1f, 2f, -2f], y);
            System.Console.Write(string.Join(' ', y) + ";");
            App.B.TinyPredictor.Shared.Predict([1f, -1f, 2f, -2f], y);
            System.Console.WriteLine(string.Join(' ', y));
            """);
        project.Build().Succeeded();
        Assert.Equal("2 2 5 4;11 20 32 40", project.Run());
    }
}
