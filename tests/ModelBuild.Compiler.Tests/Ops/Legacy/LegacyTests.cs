using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Tests.Ops.Contrib;
using ModelBuild.Compiler.Verification;

namespace ModelBuild.Compiler.Tests.Ops.Legacy;

/// <summary>Experimental operators of early ONNX, which ONNX Runtime still runs.</summary>
public sealed class LegacyTests
{
    /// <summary>Style transfer through sixteen convolutions and their normalisations; pixels up to 255.</summary>
    private const double CandyTolerance = 1e-4;

    [Fact]
    public void AffineAndImageScalerEqualTheirDefinitions()
    {
        Tensor x = OpHarness.Counting(DType.F32, 1, 2, 1, 2);
        Assert.Equal([2.5f, 4.5f, 6.5f, 8.5f], OpHarness.Run("Affine", new AttributeMap { { "alpha", 2f }, { "beta", 0.5f } }, [x])[0].Span<float>().ToArray());
        AttributeMap scaler = new() { { "scale", 2f }, { "bias", new FloatsAttribute([10, 20]) } };
        Assert.Equal([12f, 14, 26, 28], OpHarness.Run("ImageScaler", scaler, [x])[0].Span<float>().ToArray());
        Errors.Expect(Descriptors.ShapeMismatch, () => OpHarness.Run("ImageScaler", scaler, [OpHarness.Counting(DType.F32, 1, 3, 1, 2)]));
    }

    [Theory]
    [InlineData(new long[] { 1, 2, 3, 0 }, null, 3, 4)]
    [InlineData(new long[] { 1, 2, 0, 0 }, new long[] { 2, 5 }, 2, 5)]
    public void CropCutsBordersOrRectangles(long[] border, long[]? scale, long height, long width)
    {
        AttributeMap attributes = new() { { "border", border } };
        if (scale is not null)
        {
            attributes.Add("scale", scale);
        }

        Tensor y = OpHarness.Run("Crop", attributes, [OpHarness.Counting(DType.F32, 1, 1, 5, 8)])[0];
        Assert.Equal([1, 1, height, width], y.Dims.ToArray());
        Assert.Equal((8 * border[1]) + border[0] + 1, y.Span<float>()[0]);
    }

    [Fact]
    public void CropRefusesWhatReachesBeyondTheImage()
    {
        Tensor x = OpHarness.Counting(DType.F32, 1, 1, 5, 8);
        Errors.Expect(Descriptors.ShapeMismatch, () => OpHarness.Run("Crop", new AttributeMap { { "border", [4L, 0, 4, 0] } }, [x]));
        Errors.Expect(Descriptors.ShapeMismatch, () => OpHarness.Run("Crop", new AttributeMap { { "border", [0L, 0, 0, 0] }, { "scale", [6L, 8] } }, [x]));
        Errors.Expect(Descriptors.InvalidNode, () => OpHarness.Run("Crop", [], [x]));
    }

    [RealModelFact]
    public void CandyEqualsOnnxRuntime()
    {
        string path = TestData.PathOf("onnx/winml/candy.onnx");
        Graph graph = Importers.Import(path);
        DimBinder.Bind(graph, new Dictionary<string, long?>(StringComparer.Ordinal) { ["inputImage_dim0"] = 1 });
        Tensor image = Tensor.Create<float>([.. SeededInputs.Make(graph, 1)[0][0].Span<float>().ToArray().Select(v => 127.5f + (127.5f * v))], graph.Inputs[0].Type.Shape!.ToArray());
        Tensor[] expected = OnnxRuntimeReference.Run(File.ReadAllBytes(path), [graph.Inputs[0].Name], [graph.Outputs[0].Name], [image]);
        ContribCheck.AssertNear("plan", expected, OpHarness.RunPlan(graph, [image]), CandyTolerance);
    }
}
