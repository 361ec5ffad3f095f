using ModelBuild.Compiler.Import.Onnx;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Passes;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Tests.Conformance.Generated;
using ModelBuild.Compiler.Tests.Ops;
using ModelBuild.Compiler.Tests.Planning;

namespace ModelBuild.Compiler.Tests.Conformance.Light;

/// <summary>The networks of the light suite with seeded weights, through all passes and generated C#, against ONNX Runtime. Their stored outputs are compared by <see cref="BackendTests"/>.</summary>
public sealed class LightModelTests
{
    private const int Seed = 1;

    /// <summary>Reassociated binary32 sums of up to 25,088 products and up to 121 layers, relative to the largest element: the bound of issue 2 against ONNX Runtime.</summary>
    private const double Tolerance = 1e-4;

    private static readonly Lazy<Dictionary<string, byte[]>> s_models = new(() =>
        BackendArchive.Read(TestData.PathOf(BackendArchive.RelativePath)).Where(c => LightModels.Contains(c.Name)).ToDictionary(c => c.Name, c => c.Model, StringComparer.Ordinal));

    public static TheoryData<string> Names => [.. BackendManifest.Read().Keys.Where(LightModels.Contains)];

    [RealModelTheory]
    [MemberData(nameof(Names))]
    public void SeededNetworkComputesWhatOnnxRuntimeComputes(string name)
    {
        byte[] model = SeededWeights.Draw(s_models.Value[name], Seed);
        using MemoryStream stream = new(model);
        Graph graph = new OnnxImporter(Operators.Set).Import(stream, "model.onnx", folder: null);
        TypeInference.Run(graph);
        Random random = new(Seed);
        Tensor[] inputs = [.. graph.Inputs.Select(i => PlanAgainstReference.Filled(random, i.Type.Shape!.ToArray()))];
        Tensor[] expected = OnnxRuntimeReference.Run(model, [.. graph.Inputs.Select(i => i.Name)], [.. graph.Outputs.Select(o => o.Name)], inputs);

        PassRunner.Run(graph, PassPipelines.Optimize, default);
        PassRunner.Run(graph, PassPipelines.Lowering, default);
        CompiledModel compiled = Planner.Plan(graph);
        Tensor[] actual = Interpret(compiled, inputs);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i].Type, actual[i].Type);
            Assert.Null(OpHarness.Difference(expected[i], actual[i], Tolerance));
            Assert.True(expected[i].ToDoubleArray().Distinct().Count() > 1, $"output {i} holds one value only, which compares nothing");
        }

        byte[][] generated = new GeneratedPredictors([compiled]).Run(0, compiled, inputs, actual);
        Assert.All(actual.Zip(generated), pair => Assert.Equal(pair.First.Bytes, pair.Second));
    }

    private static Tensor[] Interpret(CompiledModel model, Tensor[] inputs)
    {
        using PlanInterpreter interpreter = new(model);
        return interpreter.Run(inputs);
    }
}
