using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Options;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Tests.Import.Onnx;
using ModelBuild.Compiler.Verification;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Tests.Ops.Control;

/// <summary>Control flow through the stages of the build, from file to file.</summary>
public sealed class ControlStagesTests : IDisposable
{
    private const int Size = 32;
    private readonly string _folder = Directory.CreateTempSubdirectory("modelbuild-control").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(null)]
    [InlineData("int8")]
    public void NetworksInBranchesAndLoopsAreBuiltAndVerified(string? quantize)
    {
        CompileOptions options = new() { ModelPath = In("model.onnx"), ClassName = "ModelPredictor", Namespace = "Tests", Quantize = quantize };
        File.WriteAllBytes(options.ModelPath, Model());
        string[] written = [.. new[] { "a", "b" }.Select(run => PlanWriter.Write(Build(options, run).Plan))];
        Assert.Equal(written[0], written[1]);

        CompiledModel model = Build(options, "a");
        Assert.Equal(["If", "Loop"], model.Plan.Steps.Where(s => s.Kind != PlanStepKind.Call).Select(s => s.Kind.ToString()));

        // Three matrices, one of them outside of every subgraph, the limit and the number of iterations.
        Assert.Equal((3 * Size * Size) + 2, model.Plan.Parameters);
        VerificationResult result = Stages.Verify(In("a1.onnx"), model, options, default);
        Assert.All(result.Outputs, o => Assert.True(o.MaxRelative < (quantize is null ? 1e-4 : 0.1), $"{o.Name}: {o.MaxRelative}"));
        string listing = File.ReadAllText(In("agraph.txt"));
        Assert.Contains("then_branch:", listing, StringComparison.Ordinal);
    }

    private static byte[] Model()
    {
        float[] Weights(int seed)
        {
            Random random = new(seed);
            return [.. Enumerable.Range(0, Size * Size).Select(_ => (random.NextSingle() - 0.5f) / 4)];
        }

        SubgraphBuilder Network(string w, string y) => new SubgraphBuilder().Node("MatMul", ["h", w], [$"{y}_p"]).Node("Relu", [$"{y}_p"], [y]).Output(y, 1, 1, Size);
        SubgraphBuilder body = new SubgraphBuilder().Input("i", 7).Input("c", 9).Input("s", 1, 1, Size)
            .Node("Identity", ["c"], ["c2"]).Node("MatMul", ["s", "w0"], ["t"]).Node("Tanh", ["t"], ["s2"]).Output("c2", 9).Output("s2", 1, 1, Size);
        return new OnnxModelBuilder().Input("x", 1, Size).Initializer("w0", [Size, Size], Weights(0)).Initializer("w1", [Size, Size], Weights(1)).Initializer("w2", [Size, Size], Weights(2)).Initializer("limit", [], 0)
            .Initializer(ControlHarness.Int64("m", 4))
            .Node("MatMul", ["x", "w0"], ["h"]).Node("ReduceSum", ["x"], ["sum"], OnnxModelBuilder.Int("keepdims", 0)).Node("Greater", ["sum", "limit"], ["above"])
            .Node("If", ["above"], ["r"], Network("w1", "y1").As("then_branch"), Network("w2", "y2").As("else_branch"))
            .Node("Loop", ["m", "", "r"], ["y"], body.As("body")).Output("y").ToBytes();
    }

    private CompiledModel Build(CompileOptions options, string run)
    {
        Stages.Convert(options.ModelPath, In($"{run}1.onnx"), default);
        Stages.Optimize(In($"{run}1.onnx"), In($"{run}2.onnx"), default);
        string last = In($"{run}2.onnx");
        if (options.Quantize is not null)
        {
            last = In($"{run}4.onnx");
            Stages.Quantize(In($"{run}2.onnx"), last, options, default);
        }

        return Stages.Compile(last, In($"{run}1.onnx"), In($"{run}graph.txt"), options, default);
    }

    private string In(string name) => Path.Combine(_folder, name);
}
