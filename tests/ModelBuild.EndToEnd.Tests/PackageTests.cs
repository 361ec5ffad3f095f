namespace ModelBuild.EndToEnd.Tests;

public sealed class PackageTests
{
    // No other version can stand in: neither a published package nor one that an earlier run left behind.
    private const string Version = "0.1.0-endtoend";

    /// <summary>The packages alone, from a feed of their own into a packages folder of their own; only ONNX Runtime itself comes from the machine's packages.</summary>
    [Fact]
    public void PackedPackagesBuildAndRunAnApplicationOnBothRuntimes()
    {
        using TestProject project = TestProject.WithModel();
        string feed = project.PathOf("feed");
        foreach (string name in (string[])["ModelBuild.Runtime", "ModelBuild.OnnxRuntime", "ModelBuild"])
        {
            DotNet.Run(Repository.Root, "pack", Repository.PathOf("src", name, name + ".csproj"), "--no-build", "-c", Repository.Configuration, "-o", feed, "-p:Version=" + Version, "-nodeReuse:false").Succeeded();
        }

        project.Write("nuget.config", $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="packages" /></config>
              <fallbackPackageFolders><add key="machine" value="{MachinePackages()}" /></fallbackPackageFolders>
              <packageSources><clear /><add key="feed" value="feed" /></packageSources>
            </configuration>
            """);
        project.Write("int8.onnx", SmallModel.MatMul([1, 0, 0, 0, 0, 2, 0, 0, 0, 0, -1, 0, 0, 0, 0, 3]));
        project.Write("calibration.npy", NpyFile.Bytes([1, -1, 2, -2, -2, 2, -1, 1], 2, 4));
        project.Write("labels.txt", "a\nb\nc\nd\n");
        project.Write("Program.cs", """
            using App;
            float[] x = [1f, -1f, 2f, -2f];
            float[] y = new float[4];
            TinyPredictor.Shared.Predict(x, y);
            System.Console.WriteLine(string.Join(' ', y));
            NativePredictor.Shared.Predict(x, y);
            System.Console.WriteLine(string.Join(' ', y) + " " + NativePredictor.Info.Runtime);
            System.Console.WriteLine(NativePredictor.Shared.Classify(x).Label);
            float[] batch = new float[8];
            Int8Predictor.Shared.PredictBatch(2, [1f, -1f, 2f, -2f, -2f, 2f, -1f, 1f], batch);
            System.Console.WriteLine(string.Join(' ', System.Linq.Enumerable.Select(batch, v => (int)System.MathF.Round(v))));
            """);
        project.Write("App.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <UseAppHost>false</UseAppHost>
                <UseSharedCompilation>false</UseSharedCompilation>
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="ModelBuild" Version="{Version}" />
                <PackageReference Include="ModelBuild.OnnxRuntime" Version="{Version}" />
                <DeployModel Include="tiny.onnx" />
                <DeployModel Include="tiny.onnx" ClassName="NativePredictor" Runtime="onnxruntime" Labels="labels.txt" />
                <DeployModel Include="int8.onnx" Runtime="onnxruntime" Quantize="int8" CalibrationData="calibration.npy" Weights="file" />
              </ItemGroup>
            </Project>
            """);
        project.Build().Succeeded();
        Assert.True(File.Exists(project.PathOf("bin/Debug/net10.0/Int8Predictor.weights")));
        Assert.Equal(["2 2 5 4", "2 2 5 4 onnxruntime", "c", "1 -2 -2 -6 -2 4 1 3"], project.Run().Split('\n', StringSplitOptions.TrimEntries));
    }

    private static string MachinePackages()
    {
        string line = DotNet.Run(Repository.Root, "nuget", "locals", "global-packages", "--list").Succeeded().Output.Trim();
        return line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..];
    }
}
