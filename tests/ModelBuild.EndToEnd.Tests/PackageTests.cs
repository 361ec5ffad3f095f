namespace ModelBuild.EndToEnd.Tests;

public sealed class PackageTests
{
    /// <summary>The packages alone, from a feed of their own into a packages folder of their own, so that no earlier version can stand in.</summary>
    [Fact]
    public void PackedPackagesBuildAndRunAnApplication()
    {
        using TestProject project = TestProject.WithModel();
        string feed = project.PathOf("feed");
        foreach (string name in (string[])["ModelBuild.Runtime", "ModelBuild"])
        {
            DotNet.Run(Repository.Root, "pack", Repository.PathOf("src", name, name + ".csproj"), "--no-build", "-c", Repository.Configuration, "-o", feed, "-nodeReuse:false").Succeeded();
        }

        string version = Path.GetFileNameWithoutExtension(Assert.Single(Directory.GetFiles(feed, "ModelBuild.Runtime.*.nupkg")))["ModelBuild.Runtime.".Length..];
        project.Write("nuget.config", """
            <configuration>
              <config><add key="globalPackagesFolder" value="packages" /></config>
              <packageSources><clear /><add key="feed" value="feed" /></packageSources>
            </configuration>
            """);
        project.Write("App.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <UseAppHost>false</UseAppHost>
                <UseSharedCompilation>false</UseSharedCompilation>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="ModelBuild" Version="{version}" />
                <DeployModel Include="tiny.onnx" />
              </ItemGroup>
            </Project>
            """);
        project.Build().Succeeded();
        Assert.Equal(TestProject.DefaultOutput, project.Run());
    }
}
