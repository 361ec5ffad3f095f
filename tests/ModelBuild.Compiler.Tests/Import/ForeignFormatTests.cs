using System.Text;
using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import;

namespace ModelBuild.Compiler.Tests.Import;

/// <summary>What a file is that is no readable model, and what to do about it.</summary>
public sealed class ForeignFormatTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("modelbuild-foreign").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("m.onnx", "", "empty")]
    [InlineData("m.h5", "", "empty")]
    [InlineData("m.onnx", "<!DOCTYPE html><html></html>", "web page")]
    [InlineData("m.h5", "\n <html></html>", "web page")]
    [InlineData("m.onnx", "{\"message\":\"Not Found\"}", "JSON")]
    [InlineData("m.json", "[1]", "JSON")]
    [InlineData("m.tflite", "\u001c\0\0\0TFL3....", "TensorFlow Lite")]
    [InlineData("m.onnx", "\u001c\0\0\0TFL3....", "TensorFlow Lite")]
    [InlineData("m.keras", "PK\u0003\u0004", "model.export")]
    [InlineData("m.pt", "PK\u0003\u0004", "torch.onnx.export")]
    [InlineData("m.zip", "PK\u0003\u0004", "ZIP")]
    [InlineData("m.onnx", "PK\u0003\u0004", "ZIP")]
    [InlineData("m.pb", "\u0008\u0001\u0012", "tf2onnx")]
    [InlineData("m.safetensors", "\u0010\0\0\0\0\0\0\0{\"a\":1}", "without an architecture")]
    [InlineData("m.tar", "something", "first bytes")]
    [InlineData("m.h5", "something", "736F6D65")]
    public void TheFileIsToldByItsContent(string name, string content, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, Encoding.Latin1.GetBytes(content));
        string message = Errors.Expect(Descriptors.UnknownFormat, () => Importers.Import(path));
        Assert.Contains(text == "first bytes" ? "736F6D657468696E67 ('something')" : text, message, StringComparison.Ordinal);
        Assert.Contains($"'{name}'", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("old.th")]
    [InlineData("m.gz")]
    public void BytesThatAreNoTextAreToldAsWell(string name)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, name.EndsWith("gz", StringComparison.Ordinal) ? [0x1F, 0x8B, 8] : [0x80, 2, 0x8A]);
        Assert.Contains(name.EndsWith("gz", StringComparison.Ordinal) ? "gzip" : "pickle", Errors.Expect(Descriptors.UnknownFormat, () => Importers.Import(path)), StringComparison.Ordinal);
    }

    [RealModelFact]
    public void AKerasModelIsReadUnderAnyName()
    {
        string path = Path.Combine(_folder, "m.onnx");
        File.Copy(TestData.PathOf("keras/hand-gesture/keypoint_classifier/keypoint_classifier.hdf5"), path);
        Assert.Equal(3, Importers.Import(path).Nodes.Count(n => n.OpType is "Gemm" or "MatMul"));
    }

    [RealModelTheory]
    [InlineData(0.4)]
    [InlineData(0.999)]
    public void AKerasModelThatIsCutOffIsAnErrorEvenWhereItsWeightsAreWhole(double part)
    {
        byte[] bytes = File.ReadAllBytes(TestData.PathOf("keras/mnist_cnn.h5"));
        string path = Path.Combine(_folder, "m.h5");
        File.WriteAllBytes(path, bytes[..(int)(bytes.Length * part)]);
        Assert.Contains($"of {bytes.Length} bytes", Errors.Expect(Descriptors.TruncatedModel, () => Importers.Import(path)), StringComparison.Ordinal);
    }
}
