using ModelBuild.Compiler.Import;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Tests.Planning;

namespace ModelBuild.Compiler.Tests.Quantization;

/// <summary>What real float networks still compute in binary32 once they are quantised with calibration data. The ranges do not matter here, so the data are random.</summary>
public sealed class StaticCoverageTests
{
    private static readonly string[] s_borders = ["Quantize.F32ToU8", "Softmax.F32"];

    /// <param name="expected">Kernels with binary32 operands, other than at the borders; results of the last convolutions are binary32 too.</param>
    [RealModelTheory]
    [InlineData("onnx/micro-kws/micro_kws_m_static_fp32.onnx", "GemmU8S8.ToF32")]
    [InlineData("keras/gender_mini_XCEPTION.21-0.95.hdf5", "AveragePool.GlobalF32, ConvU8S8.ToF32")]
    [InlineData("onnx/mediapipe/face_detection_short_range.onnx", "ConvU8S8.ToF32")]
    public void A_network_runs_on_integers(string file, string expected)
    {
        Graph source = Importers.Import(TestData.PathOf(file));
        DimBinder.Bind(source, new Dictionary<string, long?>());
        Random random = new(2);
        IReadOnlyList<Tensor>[] samples = [.. Enumerable.Range(0, 2).Select(_ => (IReadOnlyList<Tensor>)[.. source.Inputs.Select(i => PlanAgainstReference.Filled(random, i.Type.Shape!.ToArray()))])];

        CompiledModel model = Planner.Plan(Int8Networks.Lower(Int8Networks.Quantize(file, "int8-static", samples)));

        string[] real = [.. model.Plan.Steps.Select(s => s.Kernel).Where(k => k.Contains("F32", StringComparison.Ordinal) || k.StartsWith("Binary", StringComparison.Ordinal)).Except(s_borders).Distinct().Order(StringComparer.Ordinal)];
        Assert.Equal(expected, string.Join(", ", real));
    }
}
