using ModelBuild.Compiler.Import;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Passes;
using ModelBuild.Compiler.Planning;

namespace ModelBuild.Compiler.Tests.Ops.Recurrent;

/// <summary>Real models with recurrent networks and control flow against ONNX Runtime, on two calls that are fed one after the other.</summary>
public sealed class RecurrentModelTests
{
    /// <summary>The bound for real models; ONNX Runtime's own tanh and sigmoid are about 1e-6 off, over tens of steps.</summary>
    private const double Tolerance = 1e-4;

    /// <summary>Samples that Silero looks at in one call: 512 and the 64 before them.</summary>
    private const int SileroWindow = 576;

    [RealModelTheory]
    [InlineData("onnx/ezkl/rnn.onnx")]
    [InlineData("onnx/ezkl/lstm.onnx")]
    [InlineData("onnx/ezkl/lstm_medium.onnx")]
    [InlineData("onnx/gtcrn/gtcrn_simple.onnx")]
    [InlineData("onnx/silero-vad/silero_vad_op18_ifless.onnx")]
    [InlineData("onnx-ml/tract/byte_sb_bidi_lstm/model.onnx")]
    [InlineData("onnx-ml/tract/qlstm_3-2-3_T3_S1/model.onnx")]
    public void PlanAgreesWithOnnxRuntime(string path)
    {
        string file = TestData.PathOf(path);
        Graph graph = Importers.Import(file);
        Dictionary<string, long?> dims = graph.Inputs.SelectMany(i => i.Type.Shape ?? Shape.Scalar).Where(d => !d.IsKnown).Select(d => d.Symbol!).Distinct().ToDictionary(s => s, s => (long?)(s == "sequence" ? SileroWindow : 1), StringComparer.Ordinal);
        DimBinder.Bind(graph, dims);
        PassRunner.Run(graph, PassPipelines.Optimize, default);
        PassRunner.Run(graph, PassPipelines.Lowering, default);
        using PlanInterpreter interpreter = new(Planner.Plan(graph));
        string[] inputs = [.. graph.Inputs.Select(i => i.Name)];
        string[] outputs = [.. graph.Outputs.Select(o => o.Name)];
        for (int seed = 0; seed < 2; seed++)
        {
            Random random = new(seed);
            Tensor[] values = [.. graph.Inputs.Select(i => Filled(random, i.Type))];
            Tensor[] expected = OnnxRuntimeReference.Run(File.ReadAllBytes(file), inputs, outputs, values);
            Tensor[] actual = interpreter.Run(values);
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.Equal(expected[i].Type, actual[i].Type);
                string? difference = OpHarness.Difference(expected[i], actual[i], Tolerance);
                Assert.True(difference is null, $"{outputs[i]}: {difference}");
            }
        }
    }

    private static Tensor Filled(Random random, TensorType type)
    {
        Tensor tensor = new(type.DType, type.Shape!.ToArray());
        switch (type.DType)
        {
            case DType.F32:
                foreach (ref float value in tensor.MutableSpan<float>())
                {
                    value = (random.NextSingle() * 2) - 1;
                }

                break;
            case DType.I64:
                tensor.MutableSpan<long>().Fill(1);
                break;
            default:
                random.NextBytes(tensor.MutableBytes());
                break;
        }

        return tensor;
    }
}
