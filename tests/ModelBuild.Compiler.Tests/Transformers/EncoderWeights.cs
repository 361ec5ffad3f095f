using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Transformers;

/// <summary>Seeded weights of a small encoder.</summary>
internal sealed class EncoderWeights
{
    public const int Hidden = 32;
    public const int Heads = 4;
    public const int Inner = 64;
    public const int Layers = 2;
    public const int Words = 50;
    public const int Positions = 16;

    private readonly Dictionary<string, Tensor> _tensors = new(StringComparer.Ordinal);
    private readonly Random _random = new(7);

    public EncoderWeights()
    {
        Add("words", 1, Words, Hidden);
        Add("positions", 1, Positions, Hidden);
        Add("segments", 1, 2, Hidden);
        AddNorm("embedding");
        for (int layer = 0; layer < Layers; layer++)
        {
            foreach (string name in new[] { "query", "key", "value", "output" })
            {
                Add($"{layer}.{name}.weight", 0.3f, Hidden, Hidden);
                Add($"{layer}.{name}.bias", 0.3f, Hidden);
            }

            AddNorm($"{layer}.attention");
            Add($"{layer}.inner.weight", 0.3f, Hidden, Inner);
            Add($"{layer}.inner.bias", 0.3f, Inner);
            Add($"{layer}.outer.weight", 0.3f, Inner, Hidden);
            Add($"{layer}.outer.bias", 0.3f, Hidden);
            AddNorm($"{layer}.final");
        }

        Add("pooler.weight", 0.3f, Hidden, Hidden);
        Add("pooler.bias", 0.3f, Hidden);
    }

    public Tensor this[string name] => _tensors[name];

    private void AddNorm(string name)
    {
        Add($"{name}.gamma", 1, Hidden);
        Add($"{name}.beta", 1, Hidden);
    }

    private void Add(string name, float scale, params long[] dims)
    {
        Tensor tensor = new(DType.F32, dims);
        foreach (ref float value in tensor.MutableSpan<float>())
        {
            value = scale * ((_random.NextSingle() * 2) - 1);
        }

        _tensors[name] = tensor;
    }
}
