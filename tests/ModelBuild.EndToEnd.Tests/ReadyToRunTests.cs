using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.EndToEnd.Tests;

/// <summary>Applications that are compiled ahead and still have a JIT.</summary>
public sealed class ReadyToRunTests
{
    private const string KernelNames = " ModelBuild.Kernels.";

    /// <summary>Instances for results of binary32 that an image for AVX2 does not have, while it has those for bytes.</summary>
    private static readonly string[] s_jittedOnAvx2 = ["DotDriver:RunManaged[ModelBuild.Kernels.DotToF32]", "Avx2Driver:Run[ModelBuild.Kernels.DotToF32]"];

    /// <summary>The runtime itself writes which methods its JIT compiles, and how.</summary>
    [PublishFact("Microsoft.NETCore.App.Runtime.{0}", "Microsoft.NETCore.App.Crossgen2.{0}")]
    public void KernelsAreCompiledAhead()
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64 || !Avx2.IsSupported)
        {
            return;
        }

        using TestProject project = Int8Project($"<PublishReadyToRun>true</PublishReadyToRun><ModelBuildReadyToRunInstructionSet>{InstructionSet()}</ModelBuildReadyToRunInstructionSet>");
        Publish(project);
        (string output, string[] jitted) = Run(project, "out/App.dll");
        (string builtOutput, string[] builtJitted) = Run(project, $"bin/Release/net10.0/{RuntimeInformation.RuntimeIdentifier}/App.dll");
        Assert.Equal(builtOutput, output);
        Assert.True(builtJitted.Length > 4, string.Join('\n', builtJitted));
        string[] unexpected = [.. jitted.Where(j => Avx512F.IsSupported || !s_jittedOnAvx2.Any(name => j.Contains(name, StringComparison.Ordinal)))];
        Assert.True(unexpected.Length == 0, string.Join('\n', unexpected));

        // A processor without the instruction set: the same numbers, from kernels that are optimised at once.
        (string otherOutput, string[] otherJitted) = Run(project, "out/App.dll", "DOTNET_EnableAVX512", "DOTNET_EnableAVX2");
        Assert.Equal(output, otherOutput);
        Assert.True(otherJitted.Length > 4, string.Join('\n', otherJitted));
        Assert.DoesNotContain(otherJitted, j => j.Contains("Tier0", StringComparison.Ordinal));

        // The application that was built and not published keeps the settings of the SDK.
        Assert.Contains("QuickJit", File.ReadAllText(project.PathOf("out/App.runtimeconfig.json")), StringComparison.Ordinal);
        Assert.DoesNotContain("QuickJit", File.ReadAllText(project.PathOf($"bin/Release/net10.0/{RuntimeInformation.RuntimeIdentifier}/App.runtimeconfig.json")), StringComparison.Ordinal);

        // Nothing to do the second time; another instruction set is another image.
        string image = Assert.Single(Directory.GetFiles(project.PathOf("obj"), "ModelBuild.Runtime.dll", SearchOption.AllDirectories), p => Path.GetFileName(Path.GetDirectoryName(p)) == "R2R");
        DateTime first = File.GetLastWriteTimeUtc(image);
        Publish(project, "--no-restore");
        Assert.Equal(first, File.GetLastWriteTimeUtc(image));
        Publish(project, "--no-restore", "-p:ModelBuildReadyToRunInstructionSet=x86-64-v2");
        Assert.NotEqual(first, File.GetLastWriteTimeUtc(image));
        Assert.Equal(output, Run(project, "out/App.dll").Output);
    }

    [PublishFact("Microsoft.NETCore.App.Runtime.{0}", "Microsoft.NETCore.App.Crossgen2.{0}", "Microsoft.NET.ILLink.Tasks")]
    public void ATrimmedSelfContainedFileRuns()
    {
        using TestProject project = Int8Project("<PublishReadyToRun>true</PublishReadyToRun><PublishReadyToRunComposite>false</PublishReadyToRunComposite><SelfContained>true</SelfContained><UseAppHost>true</UseAppHost><PublishTrimmed>true</PublishTrimmed><PublishSingleFile>true</PublishSingleFile>");
        Publish(project);
        string published = DotNet.RunProgram(project.Folder, project.PathOf(OperatingSystem.IsWindows() ? "out/App.exe" : "out/App")).Succeeded().Output.Trim();
        Assert.Equal(Run(project, $"bin/Release/net10.0/{RuntimeInformation.RuntimeIdentifier}/App.dll").Output, published);
    }

    [PublishFact("Microsoft.NETCore.App.Runtime.{0}", "Microsoft.NETCore.App.Crossgen2.{0}")]
    public void PropertiesTurnItOff()
    {
        using TestProject project = Int8Project("<PublishReadyToRun>true</PublishReadyToRun><ModelBuildReadyToRun>false</ModelBuildReadyToRun>");
        Publish(project);
        Assert.DoesNotContain("QuickJit", File.ReadAllText(project.PathOf("out/App.runtimeconfig.json")), StringComparison.Ordinal);
        Assert.True(Run(project, "out/App.dll").Kernels.Length > 4);
    }

    private static string InstructionSet() => Avx512BW.IsSupported ? "x86-64-v4" : "x86-64-v3";

    private static void Publish(TestProject project, params string[] arguments) =>
        DotNet.Run(project.Folder, ["publish", "-c", "Release", "-o", "out", "-nodeReuse:false", "-tl:off", .. arguments]).Succeeded();

    /// <summary>What the application prints with variables set to 0, and the kernels that its JIT compiled.</summary>
    private static (string Output, string[] Kernels) Run(TestProject project, string assembly, params string[] variables)
    {
        string log = project.PathOf("jit.txt");
        File.Delete(log);
        (string Name, string Value)[] settings = [("DOTNET_JitStdOutFile", log), ("DOTNET_JitDisasmSummary", "1"), .. variables.Select(v => (v, "0"))];
        string?[] before = [.. settings.Select(s => Environment.GetEnvironmentVariable(s.Name))];
        try
        {
            foreach ((string name, string value) in settings)
            {
                Environment.SetEnvironmentVariable(name, value);
            }

            string output = project.RunAssembly(assembly);
            return (output, [.. File.ReadLines(log).Where(l => l.Contains(KernelNames, StringComparison.Ordinal))]);
        }
        finally
        {
            for (int i = 0; i < settings.Length; i++)
            {
                Environment.SetEnvironmentVariable(settings[i].Name, before[i]);
            }
        }
    }

    /// <summary>An application that prints the result of a quantised product, which is the same on all processors.</summary>
    private static TestProject Int8Project(string properties)
    {
        TestProject project = new();
        project.Write("product.onnx", SmallModel.MatMulChain(rows: 40, size: 72, count: 1));
        project.Write("Program.cs", """
            float[] x = new float[40 * 72];
            for (int i = 0; i < x.Length; i++)
            {
                x[i] = i * 37 % 101 / 50f - 1f;
            }

            float[] y = new float[x.Length];
            App.ProductPredictor.Shared.Predict(x, y);
            System.Console.WriteLine(System.Convert.ToHexString(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(y)));
            """);
        project.WriteProject("""<DeployModel Include="product.onnx" Quantize="int8-dynamic" />""", $"<RuntimeIdentifier>{RuntimeInformation.RuntimeIdentifier}</RuntimeIdentifier>{properties}");
        return project;
    }
}
