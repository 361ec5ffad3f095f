using System.Diagnostics;
using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Passes;
using ModelBuild.Compiler.Tests.Differential;
using ModelBuild.Compiler.Tests.Ops.MachineLearning;
using ModelBuild.Compiler.Tests.Quantization;

namespace ModelBuild.Compiler.Tests.Metamorphic;

/// <summary>Whole models on every instruction set: processes with fewer of them compute the same models and report their outputs.</summary>
public sealed class InstructionSetTests
{
    private const string ReportVariable = "MODELBUILD_OUTPUTS_REPORT";
    private const int Graphs = 60;

    /// <summary>Sums of vectors of other lengths are added in another order: a tenth of the bound against ONNX Runtime.</summary>
    private const double Tolerance = DifferentialRun.Tolerance / 10;

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);
    private static readonly Lazy<Dictionary<string, Tensor[]>> s_here = new(Compute);

    [RealModelTheory]
    [InlineData("DOTNET_EnableAVX512")]
    [InlineData("DOTNET_EnableAVX2")]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    public void FewerInstructionsComputeTheSame(string variable)
    {
        Dictionary<string, Tensor[]> there = ComputeWithout(variable);
        Dictionary<string, Tensor[]> here = s_here.Value;
        Assert.Equal(here.Keys.Order(StringComparer.Ordinal), there.Keys.Order(StringComparer.Ordinal));
        string[] faults = [.. here.Select(m => Fault(m.Key, m.Value, there[m.Key]) is { } fault ? $"{m.Key}: {fault}" : null).OfType<string>()];
        Assert.True(faults.Length == 0, $"{faults.Length} of {here.Count} models differ with {variable}=0\n{string.Join('\n', faults)}");
    }

    /// <summary>What the other processes run.</summary>
    [RealModelFact]
    public void ModelsAreComputed()
    {
        Assert.True(s_here.Value.Count > Graphs / 2, $"{s_here.Value.Count} models compile");
        if (Environment.GetEnvironmentVariable(ReportVariable) is { Length: > 0 } report)
        {
            OutputsReport.Write(report, s_here.Value);
        }
    }

    private static Dictionary<string, Tensor[]> ComputeWithout(string variable)
    {
        string report = Path.GetTempFileName();
        string networks = Directory.CreateTempSubdirectory("modelbuild-").FullName;
        try
        {
            ProcessStartInfo start = new("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
            start.ArgumentList.Add("vstest");
            start.ArgumentList.Add(typeof(InstructionSetTests).Assembly.Location);
            start.ArgumentList.Add($"--TestCaseFilter:FullyQualifiedName={typeof(InstructionSetTests).FullName}.{nameof(ModelsAreComputed)}");
            start.Environment[variable] = "0";
            start.Environment[ReportVariable] = report;
            Int8Networks.Hand(start, networks);
            using Process child = Process.Start(start)!;
            Task<string> output = child.StandardOutput.ReadToEndAsync();
            Task<string> error = child.StandardError.ReadToEndAsync();
            Assert.True(child.WaitForExit(s_limit), "the child process does not end");
            Assert.True(child.ExitCode == 0, output.Result + error.Result);
            return OutputsReport.Read(report);
        }
        finally
        {
            File.Delete(report);
            Directory.Delete(networks, recursive: true);
        }
    }

    // Networks that are integers from their inputs on give the same bits; in drawn graphs a float before a QuantizeLinear may lie on a tie.
    private static string? Fault(string name, Tensor[] here, Tensor[] there) => IsInt8(name)
        ? here.Zip(there, (a, b) => a.Bytes.SequenceEqual(b.Bytes)).All(same => same) ? null : "other bits"
        : DifferentialRun.Difference(here, there, Tolerance);

    private static bool IsInt8(string name) => name.StartsWith("int8", StringComparison.Ordinal) || name.Contains("_qdq", StringComparison.Ordinal) || name.Contains("_qoperator", StringComparison.Ordinal);

    private static Dictionary<string, Tensor[]> Compute()
    {
        Dictionary<string, Tensor[]> outputs = new(StringComparer.Ordinal);
        foreach (string model in MetamorphicModels.Real)
        {
            Add(outputs, model, () => MetamorphicModels.Load(model));
        }

        foreach (int seed in Enumerable.Range(0, Graphs))
        {
            Add(outputs, $"seed {seed}", () => MetamorphicModels.Drawn(seed));
        }

        foreach (int depth in Enumerable.Range(1, 9))
        {
            Add(outputs, $"trees of depth {depth}, one row", () => Trees(depth, 1));
            Add(outputs, $"trees of depth {depth}, rows", () => Trees(depth, 40));
        }

        foreach (string scheme in Int8Networks.Schemes)
        {
            Add(outputs, scheme, () => Int8Networks.Shared(scheme));
        }

        return outputs;
    }

    private static Graph Trees(int depth, int rows)
    {
        RandomForest forest = new(depth) { Depth = depth, Targets = 3, Features = 8 * depth, Trees = 20, TracksMissing = depth > 4, VotesForAll = depth % 2 == 0 };
        AttributeMap attributes = forest.Attributes("target");
        attributes.Add("n_targets", 3);
        return Referee.GraphOf("TreeEnsembleRegressor", attributes, [Tensor.Create<float>(forest.Rows(rows, withMissing: false), rows, forest.Features)], version: 3);
    }

    private static void Add(Dictionary<string, Tensor[]> outputs, string name, Func<Graph> make)
    {
        try
        {
            Graph graph = make();
            IReadOnlyList<Tensor> inputs = MetamorphicModels.InputsOf(graph);
            outputs.Add(name, MetamorphicModels.Run(MetamorphicModels.Compile(graph, PassPipelines.Optimize, PassPipelines.Lowering), inputs));
        }
        catch (ModelBuildException)
        {
            // Refused on every machine; other tests list those.
        }
    }
}
