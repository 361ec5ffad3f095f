using System.Runtime.InteropServices;

namespace ModelBuild.EndToEnd.Tests;

/// <summary>Published applications without unused code and without a JIT; a warning of either analysis is an error.</summary>
public sealed class PublishTests
{
    private const string Warnings = "<TrimmerSingleWarn>false</TrimmerSingleWarn><SuppressTrimAnalysisWarnings>false</SuppressTrimAnalysisWarnings><ILLinkTreatWarningsAsErrors>true</ILLinkTreatWarningsAsErrors>";

    [PublishFact("Microsoft.NETCore.App.Runtime.{0}", "Microsoft.NET.ILLink.Tasks")]
    public void TrimmedApplicationRuns() => PublishAndRun("<PublishTrimmed>true</PublishTrimmed><SelfContained>true</SelfContained><UseAppHost>true</UseAppHost>");

    [PublishFact("Microsoft.NETCore.App.Runtime.NativeAOT.{0}", "runtime.{0}.Microsoft.DotNet.ILCompiler", "Microsoft.NET.ILLink.Tasks", NeedsLinker = true)]
    public void NativeApplicationRuns() => PublishAndRun("<PublishAot>true</PublishAot><IlcTreatWarningsAsErrors>true</IlcTreatWarningsAsErrors><InvariantGlobalization>true</InvariantGlobalization>");

    private static void PublishAndRun(string properties)
    {
        using TestProject project = TestProject.WithModel();
        project.WriteProject("""<DeployModel Include="tiny.onnx" />""", $"<RuntimeIdentifier>{RuntimeInformation.RuntimeIdentifier}</RuntimeIdentifier>{Warnings}{properties}");
        DotNet.Run(project.Folder, "publish", "-c", "Release", "-o", "out", "-nodeReuse:false", "-tl:off").Succeeded();
        string program = project.PathOf(OperatingSystem.IsWindows() ? "out/App.exe" : "out/App");
        Assert.Equal(TestProject.DefaultOutput, DotNet.RunProgram(project.Folder, program).Succeeded().Output.Trim());
    }
}
