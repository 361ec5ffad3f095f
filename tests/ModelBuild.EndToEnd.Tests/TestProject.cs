namespace ModelBuild.EndToEnd.Tests;

/// <summary>A console application in a temporary folder that deploys models by the repository's props and targets.</summary>
internal sealed class TestProject : IDisposable
{
    /// <summary>What <see cref="ProgramOf"/> prints for x = (1, -1, 2, -2) with the default weights.</summary>
    public const string DefaultOutput = "2 2 5 4";

    private readonly string _top = Directory.CreateTempSubdirectory("modelbuild-").FullName;

    public TestProject(string folder = "app")
    {
        Folder = Path.Combine(_top, folder);
        Directory.CreateDirectory(Folder);

        // Nothing above the temporary folder may leak in.
        File.WriteAllText(Path.Combine(_top, "Directory.Build.props"), "<Project />");
        File.WriteAllText(Path.Combine(_top, "Directory.Build.targets"), "<Project />");
        File.WriteAllText(Path.Combine(_top, "Directory.Packages.props"), "<Project />");
    }

    /// <summary>Folder of the project.</summary>
    public string Folder { get; }

    /// <summary>Folder of the intermediate files.</summary>
    public string Intermediate => Path.Combine(Folder, "obj", "Debug", "net10.0", "modelbuild");

    /// <summary>The only plan of the project.</summary>
    public string Plan => Single("model.plan");

    /// <summary>A program that runs one predictor.</summary>
    public static string ProgramOf(string predictor) => $$"""
        float[] y = new float[4];
        {{predictor}}.Shared.Predict([1f, -1f, 2f, -2f], y);
        System.Console.WriteLine(string.Join(' ', y));
        """;

    /// <summary>A project with one small model, <c>tiny.onnx</c>, and a program that runs it.</summary>
    public static TestProject WithModel(string folder = "app")
    {
        TestProject project = new(folder);
        project.Write("tiny.onnx", SmallModel.Bytes());
        project.Write("Program.cs", ProgramOf("App.TinyPredictor"));
        project.WriteProject("""<DeployModel Include="tiny.onnx" />""");
        return project;
    }

    public string PathOf(string relative) => Path.Combine(Folder, relative);

    public void Write(string relative, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(relative))!);
        File.WriteAllText(PathOf(relative), text);
    }

    public void Write(string relative, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(relative))!);
        File.WriteAllBytes(PathOf(relative), bytes);
    }

    /// <summary>Writes the project file with these items and properties.</summary>
    public void WriteProject(string items, string properties = "<TargetFramework>net10.0</TargetFramework>") =>
        Write("App.csproj", ProjectText(items, properties.Contains("<TargetFramework", StringComparison.Ordinal) ? properties : "<TargetFramework>net10.0</TargetFramework>" + properties));

    /// <summary>A project file with these items and properties, among them the target frameworks.</summary>
    public static string ProjectText(string items, string properties) => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <Import Project="{Repository.PathOf("build", "ModelBuild.props")}" />
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <Nullable>enable</Nullable>
            <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
            <UseAppHost>false</UseAppHost>
            <NuGetAudit>false</NuGetAudit>
            {properties}
            <UseSharedCompilation>false</UseSharedCompilation>
            <ModelBuildTasksAssembly>{Repository.Assembly("ModelBuild.Tasks", "net10.0")}</ModelBuildTasksAssembly>
          </PropertyGroup>
          <ItemGroup>
            {items}
            <Reference Include="{Repository.Assembly("ModelBuild.Runtime", "net10.0")}" />
            <Analyzer Include="{Repository.Assembly("ModelBuild.Generator", "netstandard2.0")}" />
          </ItemGroup>
          <Import Project="{Repository.PathOf("build", "ModelBuild.targets")}" />
        </Project>
        """;

    public BuildResult Build(params string[] arguments) => DotNet.Run(Folder, ["build", "-nodeReuse:false", "-tl:off", .. arguments]);

    public string Run() => RunAssembly("bin/Debug/net10.0/App.dll");

    public string RunAssembly(string relative) => DotNet.Run(Folder, "exec", PathOf(relative)).Succeeded().Output.Trim();

    /// <summary>The only intermediate file of this name.</summary>
    public string Single(string name) => Assert.Single(Directory.GetFiles(Intermediate, name, SearchOption.AllDirectories));

    public void Dispose() => Directory.Delete(_top, recursive: true);
}
