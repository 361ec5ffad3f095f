namespace ModelBuild.EndToEnd.Tests;

public sealed class LayoutTests
{
    /// <summary>Folders and files with the characters that mean something to MSBuild, and a file above the project.</summary>
    [Fact]
    public void AnyFolderAndAnyFileNameBuilds()
    {
        using TestProject project = new("a@b Größe 模型 (1) it's #1");
        project.Write("tiny;1 it's %41.onnx", SmallModel.Bytes());
        project.Write("Größe/tiny.onnx", SmallModel.Bytes(10, 20, 30, 40));
        project.Write("../above.onnx", SmallModel.Bytes(5, 5, 5, 5));
        project.Write("c;1 it's.npy", NpyFile.Bytes([1, -1, 2, -2], 1, 4));
        project.WriteProject("""
            <DeployModel Include="tiny%3B1 it's %2541.onnx" VerifyData="c%3B1 it's.npy" />
            <DeployModel Include="Größe/tiny.onnx;../above.onnx" />
            """);
        project.Write("Program.cs", """
            float[] y = new float[4];
            App.Tiny1ItS41Predictor.Shared.Predict([1f, -1f, 2f, -2f], y);
            System.Console.Write(string.Join(' ', y) + ";");
            App.GrE.TinyPredictor.Shared.Predict([1f, -1f, 2f, -2f], y);
            System.Console.Write(string.Join(' ', y) + ";");
            App.AbovePredictor.Shared.Predict([1f, -1f, 2f, -2f], y);
            System.Console.WriteLine(string.Join(' ', y));
            """);
        project.Build().Succeeded();
        Assert.Equal("2 2 5 4;11 20 32 40;6 5 7 5", project.Run());

        BuildResult unchanged = project.Build("-v:d").Succeeded();
        Assert.DoesNotContain("Task \"ConvertModel\"", unchanged.Output, StringComparison.Ordinal);
    }

    /// <summary>At once: two projects that deploy one model, and two configurations of the first.</summary>
    [Fact]
    public void ProjectsAndConfigurationsShareAModel()
    {
        using TestProject project = new();
        project.Write("tiny.onnx", SmallModel.Bytes());
        foreach (string name in (string[])["A", "B"])
        {
            project.Write($"{name}/Program.cs", TestProject.ProgramOf($"{name}.TinyPredictor"));
            project.Write($"{name}/{name}.csproj", TestProject.ProjectText("""<DeployModel Include="../tiny.onnx" />""", "<TargetFrameworks>net10.0</TargetFrameworks>"));
        }

        project.Write("All.proj", """
            <Project DefaultTargets="Build">
              <ItemGroup>
                <Each Include="A/A.csproj;B/B.csproj" />
                <Built Include="A/A.csproj" Properties="Configuration=Release" />
                <Built Include="@(Each)" />
              </ItemGroup>
              <Target Name="Restore"><MSBuild Projects="@(Each)" Targets="Restore" /></Target>
              <Target Name="Build"><MSBuild Projects="@(Built)" BuildInParallel="true" /></Target>
            </Project>
            """);
        project.Build("All.proj", "-m:4").Succeeded();
        Assert.All(
            (string[])["A/bin/Debug/net10.0/A.dll", "A/bin/Release/net10.0/A.dll", "B/bin/Debug/net10.0/B.dll"],
            assembly => Assert.Equal(TestProject.DefaultOutput, project.RunAssembly(assembly)));
        Assert.Equal(3, Directory.GetFiles(project.Folder, "model.weights", SearchOption.AllDirectories).Length);
    }

    /// <summary>Each target framework has its own intermediates; both are made by one build. The second one does without the packages of Windows.</summary>
    [Fact]
    public void EveryTargetFrameworkGetsThePredictor()
    {
        using TestProject project = TestProject.WithModel();
        project.Write("App.csproj", TestProject.ProjectText("""<DeployModel Include="tiny.onnx" />""", """
            <TargetFrameworks>net10.0;net10.0-windows</TargetFrameworks>
            <EnableWindowsTargeting>true</EnableWindowsTargeting>
            <IncludeWindowsSDKRefFrameworkReferences>false</IncludeWindowsSDKRefFrameworkReferences>
            <DisableTransitiveFrameworkReferenceDownloads>true</DisableTransitiveFrameworkReferenceDownloads>
            """));
        project.Build("-m:4").Succeeded();
        Assert.Equal(TestProject.DefaultOutput, project.Run());
        Assert.Equal(TestProject.DefaultOutput, project.RunAssembly("bin/Debug/net10.0-windows/App.dll"));
        Assert.Equal(2, Directory.GetFiles(project.PathOf("obj"), "model.plan", SearchOption.AllDirectories).Length);
        Assert.DoesNotContain("Task \"ConvertModel\"", project.Build("-v:d").Succeeded().Output, StringComparison.Ordinal);
    }
}
