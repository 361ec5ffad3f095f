using ModelBuild.Compiler.Import;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Passes;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Tests.Quantization;

namespace ModelBuild.Compiler.Tests.Metamorphic;

/// <summary>Whole models compute the same bits on any number of threads.</summary>
public sealed class ThreadsTests
{
    private static readonly int[] s_threads = [2, 3, 8];

    [RealModelTheory]
    [InlineData("onnx/basic-pitch/nmp.onnx")]
    [InlineData("onnx/ort-extensions/pytorch_super_resolution.onnx")]
    [InlineData("onnx/mediapipe/face_detection_short_range.onnx")]
    [InlineData("onnx/mediapipe/hand_landmark_lite.onnx")]
    [InlineData("onnx/portrait-segmentation/SINet_Softmax.onnx")]
    [InlineData("onnx/ezkl/nanoGPT.onnx")]
    [InlineData("onnx/ultraface/version-RFB-320.onnx")]
    [InlineData("onnx/winml/SqueezeNet_fp16.onnx")]
    [InlineData("onnx/yolox-nano/yolox_nano.onnx")]
    public void RealModels(string model) => Check(MetamorphicModels.Load(model));

    [RealModelTheory]
    [InlineData("onnx/ultraface/version-slim-320_without_postprocessing.onnx", "int8-static")]
    [InlineData("onnx/ultraface/version-slim-320_without_postprocessing.onnx", "int8-dynamic")]
    [InlineData("onnx/mediapipe/hand_landmark_lite.onnx", "int8-static")]
    public void QuantizedModels(string model, string scheme)
    {
        Graph source = Importers.Import(TestData.PathOf(model));
        DimBinder.Bind(source, new Dictionary<string, long?>());
        IReadOnlyList<Tensor>[] samples = scheme == "int8-static" ? [MetamorphicModels.InputsOf(source)] : [];
        Check(Int8Networks.Quantize(model, scheme, samples));
    }

    private static void Check(Graph graph)
    {
        IReadOnlyList<Tensor> inputs = MetamorphicModels.InputsOf(graph);
        using PlanInterpreter interpreter = new(MetamorphicModels.Compile(graph, PassPipelines.Optimize, PassPipelines.Lowering));
        Tensor[] alone = interpreter.Run(inputs);
        foreach (int threads in s_threads)
        {
            using ThreadTeam team = new(threads);
            team.State.Policy.IsEager = true;
            using ThreadScope scope = team.Use();
            foreach ((Tensor expected, Tensor actual) in alone.Zip(interpreter.Run(inputs)))
            {
                Assert.True(expected.Bytes.SequenceEqual(actual.Bytes), $"{threads} threads compute something else than one.");
            }

            Assert.True(team.State.Regions > 0, "Nothing was shared.");
        }
    }
}
