using System.Diagnostics;
using System.Security.Cryptography;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Planning;

namespace ModelBuild.Compiler.Tests.Quantization;

/// <summary>One int8 plan gives the same bytes on every instruction set: processes with fewer of them repeat one test and report what they computed.</summary>
public sealed class InstructionSetTests
{
    private const string ReportVariable = "MODELBUILD_INT8_REPORT";
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);

    [RealModelTheory]
    [InlineData("MODELBUILD_MACHINECODE")]
    [InlineData("DOTNET_EnableAVX512")]
    [InlineData("DOTNET_EnableAVX2")]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    public void Fewer_instructions_give_the_same_bytes(string variable)
    {
        string report = Path.GetTempFileName();
        string models = Directory.CreateTempSubdirectory("modelbuild-").FullName;
        try
        {
            ProcessStartInfo start = new("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
            start.ArgumentList.Add("vstest");
            start.ArgumentList.Add(typeof(InstructionSetTests).Assembly.Location);
            start.ArgumentList.Add($"--TestCaseFilter:FullyQualifiedName={typeof(InstructionSetTests).FullName}.{nameof(Plan_gives_the_bits_of_the_reference)}");
            start.Environment[variable] = "0";
            start.Environment[ReportVariable] = report;
            Int8Networks.Hand(start, models);
            using Process child = Process.Start(start)!;
            Task<string> output = child.StandardOutput.ReadToEndAsync();
            Task<string> error = child.StandardError.ReadToEndAsync();
            Assert.True(child.WaitForExit(s_limit), "the child process does not end");
            Assert.True(child.ExitCode == 0, output.Result + error.Result);

            Assert.Equal($"{variable}=0 {Hash()}", File.ReadAllText(report));
        }
        finally
        {
            File.Delete(report);
            Directory.Delete(models, recursive: true);
        }
    }

    [RealModelFact]
    public void Plan_gives_the_bits_of_the_reference()
    {
        string hash = Hash();
        if (Environment.GetEnvironmentVariable(ReportVariable) is { } report)
        {
            string variable = new[] { "MODELBUILD_MACHINECODE", "DOTNET_EnableAVX512", "DOTNET_EnableAVX2", "DOTNET_EnableHWIntrinsic" }.First(v => Environment.GetEnvironmentVariable(v) == "0");
            File.WriteAllText(report, $"{variable}=0 {hash}");
        }

        Assert.Equal(64, hash.Length);
    }

    /// <summary>Hash of the outputs of a static and a dynamic network; the static one's are those of the reference.</summary>
    private static string Hash()
    {
        IReadOnlyList<Tensor>[] samples = Int8Networks.Digits(0, 4);
        List<byte> bytes = [];
        foreach (string scheme in Int8Networks.Schemes)
        {
            Graph lowered = Int8Networks.Lower(Int8Networks.Shared(scheme));
            using PlanInterpreter plan = new(Planner.Plan(lowered));
            byte[][] outputs = [.. samples.Select(s => plan.Run(s)[0].Bytes.ToArray())];
            Assert.Equal(ReferenceEvaluator.Run(lowered, samples[0])[0].Bytes.ToArray(), outputs[0]);
            bytes.AddRange(outputs.SelectMany(o => o));
        }

        return Convert.ToHexString(SHA256.HashData([.. bytes]));
    }
}
