using ModelBuild.Compiler.Options;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Verification;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Tests;

/// <summary>Real networks from file to plan: the plan agrees with the reference evaluation of the source, and no layout change is left between convolutions.</summary>
public sealed class RealModelStagesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("modelbuild-real").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <param name="transposes">Layout changes: those of inputs and outputs, and of values that the network itself reshapes.</param>
    [RealModelTheory]
    [InlineData("onnx/yolox-nano/yolox_nano.onnx", 1)]
    [InlineData("onnx/ultraface/version-RFB-320.onnx", 1)]
    [InlineData("onnx/ultraface/version-slim-320_without_postprocessing.onnx", 1)]
    [InlineData("onnx/mediapipe/face_detection_short_range.onnx", 0)]
    [InlineData("onnx/mediapipe/hand_landmark_lite.onnx", 0)]
    [InlineData("onnx/mediapipe/selfie_segmentation_landscape.onnx", 0)]
    [InlineData("onnx/mnist-external/mnist.onnx", 0)]
    [InlineData("onnx/ort-extensions/pytorch_super_resolution.onnx", 0)]
    public void A_float_network_agrees_with_its_reference(string file, int transposes)
    {
        // One item only where the batch is free: the reference evaluation of the super-resolution network takes seconds for each.
        Dictionary<string, long?> dims = file.Contains("super_resolution", StringComparison.Ordinal) ? new() { ["batch_size"] = 1 } : [];
        CompileOptions options = new() { ModelPath = TestData.PathOf(file), ClassName = "TestPredictor", Namespace = "Tests", Dims = dims };
        CompiledModel model = Compile(options);

        VerificationResult result = Stages.Verify(In("1-converted.onnx"), model, options, default);

        Assert.Equal(Tolerance.Exact, result.Tolerance);
        Assert.True(model.Plan.Steps.Count(s => s.Kernel == "Transpose.Run") <= transposes, string.Join(", ", model.Plan.Steps.Select(s => s.Kernel)));
    }

    [RealModelFact]
    public void A_half_precision_network_keeps_its_ports_and_agrees_with_its_reference()
    {
        CompileOptions options = new() { ModelPath = TestData.PathOf("onnx/winml/SqueezeNet_fp16.onnx"), ClassName = "TestPredictor", Namespace = "Tests" };
        CompiledModel model = Compile(options);

        VerificationResult result = Stages.Verify(In("1-converted.onnx"), model, options, default);

        Assert.Equal(Tolerance.Half, result.Tolerance);
        Assert.Equal(PlanElementType.F16, model.Plan.Inputs[0].Type);
        Assert.Equal(PlanElementType.F16, model.Plan.Outputs[0].Type);
        Assert.Equal(26, model.Plan.Steps.Count(s => s.Kernel is "Conv.F32" or "WinogradConv.F32" or "ConvPool.MaxF32"));
    }

    private string In(string name) => Path.Combine(_folder, name);

    private CompiledModel Compile(CompileOptions options)
    {
        Stages.Convert(options.ModelPath, In("1-converted.onnx"), default);
        Stages.Optimize(In("1-converted.onnx"), In("2-optimized.onnx"), default);
        return Stages.Compile(In("2-optimized.onnx"), In("1-converted.onnx"), In("graph.txt"), options, default);
    }
}
