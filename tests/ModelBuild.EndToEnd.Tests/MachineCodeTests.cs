using System.Runtime.InteropServices;

namespace ModelBuild.EndToEnd.Tests;

/// <summary>Applications with an int8 model, with machine code that the library writes at run time and without.</summary>
public sealed class MachineCodeTests
{
    /// <summary>Compiled for the least of processors, so that the classes of the instruction sets tell nothing of the one at hand.</summary>
    [PublishFact("Microsoft.NETCore.App.Runtime.NativeAOT.{0}", "runtime.{0}.Microsoft.DotNet.ILCompiler", "Microsoft.NET.ILLink.Tasks", NeedsLinker = true, NeedsVnni512 = true)]
    public void NativeApplicationRunsMachineCode()
    {
        using TestProject project = Int8Project("<PublishAot>true</PublishAot><IlcTreatWarningsAsErrors>true</IlcTreatWarningsAsErrors><InvariantGlobalization>true</InvariantGlobalization><MSBuildWarningsAsMessages>MDB7004</MSBuildWarningsAsMessages>");
        DotNet.Run(project.Folder, "publish", "-c", "Release", "-o", "out", "-nodeReuse:false", "-tl:off").Succeeded();
        string program = project.PathOf(OperatingSystem.IsWindows() ? "out/App.exe" : "out/App");
        string[] with = Run(project, program);
        string[] without = Run(project, program, "MODELBUILD_MACHINECODE");
        string[] withoutAvx512 = Run(project, program, "DOTNET_EnableAVX512");
        Assert.Equal(["True", "False", "False"], [with[0], without[0], withoutAvx512[0]]);
        Assert.Equal(with[1], without[1]);
        Assert.Equal(with[1], withoutAvx512[1]);
    }

    [Fact]
    public void PropertyTurnsMachineCodeOff()
    {
        using TestProject project = Int8Project("<ModelBuildMachineCode>false</ModelBuildMachineCode>");
        project.Build().Succeeded();
        Assert.StartsWith("False", project.RunAssembly($"bin/Debug/net10.0/{RuntimeInformation.RuntimeIdentifier}/App.dll"), StringComparison.Ordinal);
    }

    /// <summary>The lines that the program prints, with a variable set to 0.</summary>
    private static string[] Run(TestProject project, string program, string? variable = null)
    {
        string? before = variable is null ? null : Environment.GetEnvironmentVariable(variable);
        try
        {
            if (variable is not null)
            {
                Environment.SetEnvironmentVariable(variable, "0");
            }

            return DotNet.RunProgram(project.Folder, program).Succeeded().Output.Trim().Split('\n', StringSplitOptions.TrimEntries);
        }
        finally
        {
            if (variable is not null)
            {
                Environment.SetEnvironmentVariable(variable, before);
            }
        }
    }

    /// <summary>An application that prints whether machine code is used, and the result of a quantised product.</summary>
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
            System.Console.WriteLine(ModelBuild.MachineCode.IsActive);
            System.Console.WriteLine(System.Convert.ToHexString(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(y)));
            """);
        project.WriteProject("""<DeployModel Include="product.onnx" Quantize="int8-dynamic" />""", $"<RuntimeIdentifier>{RuntimeInformation.RuntimeIdentifier}</RuntimeIdentifier>{properties}");
        return project;
    }
}
