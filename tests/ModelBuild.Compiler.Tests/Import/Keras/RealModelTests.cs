using System.IO.Compression;
using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Import.Keras;

public sealed class RealModelTests
{
    // The model's published accuracy is 99 %; two errors more are allowed in a sample of 200.
    private const int MinimumCorrect = 196;
    private const int Samples = 200;
    private const int Pixels = 28 * 28;

    [RealModelFact]
    public void DigitsModelKeepsItsAccuracy()
    {
        Graph graph = Importers.Import(TestData.PathOf("keras/mnist_cnn.h5"));
        GraphVerifier.Verify(graph);
        byte[] images = Inflate("mnist/t10k-images-idx3-ubyte.gz", 16, Samples * Pixels);
        byte[] labels = Inflate("mnist/t10k-labels-idx1-ubyte.gz", 8, Samples);
        float[] x = [.. images.Select(v => v / 255f)];
        Tensor y = ReferenceEvaluator.Run(graph, [Tensor.Create<float>(x, Samples, 28, 28, 1)])[0];
        float[] scores = y.Span<float>().ToArray();
        int correct = Enumerable.Range(0, Samples).Count(i => labels[i] == Enumerable.Range(0, 10).MaxBy(c => scores[(i * 10) + c]));
        Assert.InRange(correct, MinimumCorrect, Samples);
    }

    [RealModelFact]
    public void ResidualModelImports()
    {
        Graph graph = Importers.Import(TestData.PathOf("mlperf-tiny/image_classification/pretrainedResnet.h5"));
        GraphVerifier.Verify(graph);
        Assert.Equal(9, graph.Nodes.Count(n => n.OpType == "Conv"));
        Assert.Equal(3, graph.Nodes.Count(n => n.OpType == "Add"));
    }

    [RealModelFact]
    public void WeightsWithoutArchitectureAreRefused() =>
        Errors.Expect(Descriptors.WeightsOnly, () => Importers.Import(TestData.PathOf("keras/mnist_weights.weights.h5")));

    private static byte[] Inflate(string file, int skip, int count)
    {
        using GZipStream stream = new(File.OpenRead(TestData.PathOf(file)), CompressionMode.Decompress);
        byte[] bytes = new byte[skip + count];
        stream.ReadExactly(bytes);
        return bytes[skip..];
    }
}
