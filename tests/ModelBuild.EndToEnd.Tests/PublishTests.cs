using System.Runtime.InteropServices;

namespace ModelBuild.EndToEnd.Tests;

/// <summary>Published applications without unused code and without a JIT; a warning of either analysis is an error.</summary>
public sealed class PublishTests
{
    private const string Warnings = "<TrimmerSingleWarn>false</TrimmerSingleWarn><SuppressTrimAnalysisWarnings>false</SuppressTrimAnalysisWarnings><ILLinkTreatWarningsAsErrors>true</ILLinkTreatWarningsAsErrors>";
    private const string Native = "<PublishAot>true</PublishAot><IlcTreatWarningsAsErrors>true</IlcTreatWarningsAsErrors><InvariantGlobalization>true</InvariantGlobalization>";

    [PublishFact("Microsoft.NETCore.App.Runtime.{0}", "Microsoft.NET.ILLink.Tasks")]
    public void TrimmedApplicationRuns() => PublishAndRun("<PublishTrimmed>true</PublishTrimmed><SelfContained>true</SelfContained><UseAppHost>true</UseAppHost>");

    [PublishFact("Microsoft.NETCore.App.Runtime.NativeAOT.{0}", "runtime.{0}.Microsoft.DotNet.ILCompiler", "Microsoft.NET.ILLink.Tasks", NeedsLinker = true)]
    public void NativeApplicationRuns() => PublishAndRun(Native + "<IlcInstructionSet>native</IlcInstructionSet>");

    /// <summary>The native compiler's own choice is SSE4.2, on which the kernels take several times as long.</summary>
    [PublishFact("Microsoft.NETCore.App.Runtime.NativeAOT.{0}", "runtime.{0}.Microsoft.DotNet.ILCompiler", "Microsoft.NET.ILLink.Tasks")]
    public void ANativeApplicationWithoutAnInstructionSetIsAWarning()
    {
        const string Code = "MDB7004";
        using TestProject project = TestProject.WithModel();
        project.WriteProject("""<DeployModel Include="tiny.onnx" />""", $"<RuntimeIdentifier>{RuntimeInformation.RuntimeIdentifier}</RuntimeIdentifier>{Native}");

        // The warning is an error in this project, so that the build ends before the native compiler starts.
        BuildResult result = DotNet.Run(project.Folder, "publish", "-c", "Release", "-o", "out", "-nodeReuse:false", "-tl:off", "-warnaserror:" + Code);
        Assert.Equal(RuntimeInformation.ProcessArchitecture == Architecture.X64, result.Output.Contains("error " + Code, StringComparison.Ordinal));
    }

    private static void PublishAndRun(string properties)
    {
        using TestProject project = TestProject.WithModel();
        project.WriteProject("""<DeployModel Include="tiny.onnx" />""", $"<RuntimeIdentifier>{RuntimeInformation.RuntimeIdentifier}</RuntimeIdentifier>{Warnings}{properties}");
        DotNet.Run(project.Folder, "publish", "-c", "Release", "-o", "out", "-nodeReuse:false", "-tl:off").Succeeded();
        string program = project.PathOf(OperatingSystem.IsWindows() ? "out/App.exe" : "out/App");
        Assert.Equal(TestProject.DefaultOutput, DotNet.RunProgram(project.Folder, program).Succeeded().Output.Trim());
    }
}
