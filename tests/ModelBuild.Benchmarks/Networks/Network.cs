namespace ModelBuild.Benchmarks.Networks;

/// <summary>A network that is built in code.</summary>
/// <param name="Name">Its name in tables.</param>
/// <param name="Class">Networks of which one mean is reported.</param>
/// <param name="Make">Builds it as ONNX.</param>
/// <param name="IsQuantized">It is measured as int8 too.</param>
internal sealed record Network(string Name, string Class, Func<byte[]> Make, bool IsQuantized = true)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Network> All { get; } =
    [
        new("Digits CNN", "Tiny", TinyNetworks.Digits),
        new("ResNet8", "Tiny", TinyNetworks.ResNet8),
        new("DS-CNN", "Tiny", TinyNetworks.KeywordSpotting),
        new("MobileNetV1 0.25", "Tiny", TinyNetworks.VisualWakeWords),
        new("Autoencoder", "Tiny", TinyNetworks.Autoencoder),
        new("MobileNetV2", "Images", ImageNetworks.MobileNetV2),
        new("ResNet-50", "Images", ImageNetworks.ResNet50),
        new("MLP", "Dense", DenseNetworks.Perceptron),
        new("MLP, 16 rows", "Dense", DenseNetworks.PerceptronOfRows),
        new("GEMV 1024 x 1024", "Dense", DenseNetworks.MatrixVector),
        new("LSTM", "Sequences", SequenceNetworks.Lstm, IsQuantized: false),
        new("GRU", "Sequences", SequenceNetworks.Gru, IsQuantized: false),
        new("Transformer", "Sequences", SequenceNetworks.Transformer),
    ];
}
