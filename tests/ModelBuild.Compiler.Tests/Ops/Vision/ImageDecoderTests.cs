using System.Text;
using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Ops.Vision;
using ModelBuild.Compiler.Options;
using ModelBuild.Compiler.Output;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Planning.Sizes;
using ModelBuild.Compiler.Tests.Conformance.Generated;
using ModelBuild.Compiler.Tests.Planning.Sizes;
using ModelBuild.Compiler.Verification;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Tests.Ops.Vision;

/// <summary>Files of images as inputs, with sizes that the model declares and such that come with the file.</summary>
public sealed class ImageDecoderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("modelbuild-images").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("RGB")]
    [InlineData("BGR")]
    [InlineData("Grayscale")]
    public void SizesComeWithTheFile(string format)
    {
        AttributeMap attributes = new() { { "pixel_format", format } };
        CompiledModel model = CountedHarness.CheckNode("ImageDecoder", attributes, 1, [File(3, 5, 400)], [File(7, 2, 400)], [File(1, 1, 400)]);
        Assert.Equal(2, model.Plan.Dims.Count);
        using PlanInterpreter interpreter = new(model);
        Assert.Contains("is no BMP", Assert.Throws<InvalidDataException>(() => interpreter.Run([new Tensor(DType.U8, [400])])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsNoFileIsRefused()
    {
        Errors.Expect(Descriptors.InvalidNode, () => OpHarness.Run("ImageDecoder", [], [Tensor.Vector(1f, 2f)]));
        Errors.Expect(Descriptors.ShapeMismatch, () => OpHarness.Run("ImageDecoder", [], [new Tensor(DType.U8, [4, 4])]));
        Errors.Expect(Descriptors.InvalidNode, () => OpHarness.Run("ImageDecoder", new AttributeMap { { "pixel_format", "CMYK" } }, [File(2, 2, 100)]));
        Errors.Expect(Descriptors.InvalidNode, () => ReferenceEvaluator.Run(OpHarness.GraphOf("ImageDecoder", [], [File(2, 2, 100)], []), [new Tensor(DType.U8, [100])]));
    }

    [Fact]
    public void GeneratedCodeTakesImagesUpToTheBounds()
    {
        CompileOptions options = Options(new Dim("height"), new Dim("width"), "bytes=1..4000;height=2..20;width=4..40/4");
        CompiledModel model = Compile(options);
        VerificationResult result = Stages.Verify(In("1-converted.onnx"), model, options, default);
        Assert.All(result.Outputs, o => Assert.InRange(o.MaxRelative, 0, Tolerance.Exact.Relative!));
        using IDisposable owner = (IDisposable)new GeneratedPredictors([model]).Create(0, model);
        IPredictor predictor = (IPredictor)owner;
        byte[] pixels = new byte[20 * 40 * 3];
        float[] mean = new float[3];
        NamedTensors outputs = new() { { "pixels", pixels }, { "mean", mean } };
        for (int round = 0; round < 2; round++)
        {
            foreach ((int height, int width) in ((int, int)[])[(2, 4), (20, 40), (7, 12)])
            {
                Tensor file = File(height, width, 2600);
                NamedTensors inputs = new() { { "file", file.Bytes.ToArray() } };
                inputs.SetSize("bytes", 2600);
                long before = GC.GetAllocatedBytesForCurrentThread();
                predictor.Predict(inputs, outputs);
                long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                Assert.True(round == 0 || allocated == 0, $"{allocated} bytes");
                Assert.Equal(height, outputs.GetSize("pixels[0]"));
                Assert.Equal(width, outputs.GetSize("pixels[1]"));
                Assert.Equal(file.Bytes.Slice(Header(height, width).Length, height * width * 3), pixels.AsSpan(0, height * width * 3));
            }
        }

        foreach ((int height, int width) in ((int, int)[])[(1, 4), (21, 4), (2, 6), (2, 44)])
        {
            NamedTensors inputs = new() { { "file", File(height, width, 2600).Bytes.ToArray() } };
            inputs.SetSize("bytes", 2600);
            Assert.Contains("the model takes", Assert.ThrowsAny<ArgumentException>(() => predictor.Predict(inputs, outputs)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ASizeThatTheModelDeclaresIsTheOnlyOne()
    {
        CompileOptions options = Options(6, 5, "bytes=1..200");
        CompiledModel model = Compile(options);
        Stages.Verify(In("1-converted.onnx"), model, options, default);
        using PlanInterpreter interpreter = new(PlanSizes.At(model, [150]));
        Assert.Equal("6,5,3", string.Join(',', interpreter.Run([File(6, 5, 150)])[0].Dims.ToArray()));
        Assert.Contains("the model takes 6 and 5", Assert.Throws<ArgumentException>(() => interpreter.Run([File(5, 6, 150)])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ASizeThatDimsFixIsTheOnlyOne()
    {
        CompileOptions options = Options(new Dim("height"), new Dim("width"), "bytes=150;height=6;width=5");
        CompiledModel model = Compile(options);
        Assert.Empty(model.Plan.Dims);
        Stages.Verify(In("1-converted.onnx"), model, options, default);
    }

    [Theory]
    [InlineData("bytes=1..200", "Dimension 'height', the height of the images", "Dimension 'width', the width of the images")]
    [InlineData("bytes=1..200;width=*", "Dimension 'height', the height of the images", "Dims=\"height=1..1080\"")]
    [InlineData("bytes=1..200;height=1..9;depth=3;width=1..9", "Dims names 'depth'", "height, width")]
    public void ASizeWithoutABoundIsRefused(string dims, string message, string other)
    {
        CompileOptions options = Options(new Dim("height"), new Dim("width"), dims);
        IReadOnlyList<Diagnostic> errors = Assert.Throws<ModelBuildException>(() => Compile(options)).Diagnostics;
        Assert.All(errors, e => Assert.Equal(Descriptors.UnsetDimension, e.Descriptor));
        string all = string.Join('\n', errors.Select(e => e.Message));
        Assert.Contains(message, all, StringComparison.Ordinal);
        Assert.Contains(other, all, StringComparison.Ordinal);
    }

    [Fact]
    public void NoFileHoldsWhatTheCompilerNotes()
    {
        CompileOptions options = Options(new Dim("rows"), new Dim("columns"), "bytes=*");
        Stages.Convert(options.ModelPath, In("1-converted.onnx"), default);
        string text = Encoding.Latin1.GetString(System.IO.File.ReadAllBytes(In("1-converted.onnx")));
        Assert.DoesNotContain(DecodedAxis.SizesAttribute, text, StringComparison.Ordinal);
        Assert.Contains("columns", text, StringComparison.Ordinal);
    }

    [RealModelFact]
    public void PhotographsAreDecoded()
    {
        foreach (string path in TestData.Files("images", ".jpg"))
        {
            byte[] file = System.IO.File.ReadAllBytes(TestData.PathOf(path));
            Tensor rgb = Decode(file, "RGB");
            Tensor grey = Decode(file, "Grayscale");
            Assert.InRange(rgb.Count, 3 * 1024, int.MaxValue);
            for (int i = 0; i < grey.Count; i++)
            {
                ReadOnlySpan<byte> pixel = rgb.Bytes.Slice(3 * i, 3);
                Assert.InRange(grey.Bytes[i] - ((0.299 * pixel[0]) + (0.587 * pixel[1]) + (0.114 * pixel[2])), -0.51, 0.51);
            }
        }
    }

    private static Tensor Decode(byte[] file, string format)
    {
        Tensor input = Tensor.Vector<byte>(file);
        return ReferenceEvaluator.Run(OpHarness.GraphOf("ImageDecoder", new AttributeMap { { "pixel_format", format } }, [input], []), [input])[0];
    }

    private static byte[] Header(int height, int width) => Encoding.ASCII.GetBytes($"P6 {width} {height} 255\n");

    // A Netpbm file of noise, and what follows its picture.
    private static Tensor File(int height, int width, int length)
    {
        byte[] file = new byte[length];
        new Random(height + (100 * width)).NextBytes(file);
        Header(height, width).CopyTo(file, 0);
        return Tensor.Vector<byte>(file);
    }

    private CompileOptions Options(Dim height, Dim width, string dims)
    {
        Graph graph = new(Operators.Set);
        Value file = graph.AddInput("file", new TensorType(DType.U8, new Shape(new Dim("bytes"))));
        AttributeMap attributes = [];
        DecodedAxis.Declare(attributes, height, width);
        Value pixels = graph.Add("ImageDecoder", "decoded", [file], attributes);
        graph.AddOutput("pixels", pixels);
        Value levels = graph.Add("Cast", "levels", [pixels], new AttributeMap { { "to", (long)DType.F32 } });
        graph.AddOutput("mean", graph.Add("ReduceMean", "averages", [levels, graph.AddConstant("axes", Tensor.Vector(0L, 1L))], new AttributeMap { { "keepdims", 0L } }));
        TypeInference.Run(graph);
        using (FileStream stream = System.IO.File.Create(In("model.onnx")))
        {
            OnnxWriter.Write(graph, stream);
        }

        return OptionsParser.Parse(In("model.onnx"), "", "App", _folder, new Dictionary<string, string> { ["Dims"] = dims });
    }

    private CompiledModel Compile(CompileOptions options)
    {
        Stages.Convert(options.ModelPath, In("1-converted.onnx"), default);
        return Stages.Compile(In("1-converted.onnx"), In("1-converted.onnx"), In("graph.txt"), options, default);
    }

    private string In(string name) => Path.Combine(_folder, name);
}
