using System.Security.Cryptography;
using ModelBuild.Compiler.Ir;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Planning;

/// <summary>Collects constants into one blob: 64-byte aligned, equal contents stored once.</summary>
internal sealed class WeightsBuilder
{
    /// <summary>Alignment of every constant; as many readable bytes follow the last one in memory.</summary>
    public const int Alignment = 64;

    private readonly MemoryStream _blob = new();
    private readonly Dictionary<string, PlanMemoryClass> _byContent = new(StringComparer.Ordinal);
    private readonly Dictionary<PlanMemoryClass, string> _keys = [];

    /// <summary>Numbers the strings of constants; null where a graph has none.</summary>
    public LiteralStrings? Strings { get; set; }

    /// <summary>Adds a constant and tells where it lies.</summary>
    public PlanMemoryClass Add(Tensor tensor) => Add((tensor.DType == DType.String
        ? (Strings ?? throw new InvalidOperationException("A graph without strings has a constant of strings.")).NumbersOf(tensor)
        : tensor).Bytes);

    /// <inheritdoc cref="Add(Tensor)"/>
    public PlanMemoryClass Add(ReadOnlySpan<byte> bytes)
    {
        string key = Convert.ToHexString(SHA256.HashData(bytes));
        if (_byContent.TryGetValue(key, out PlanMemoryClass? known))
        {
            return known;
        }

        Pad();
        PlanMemoryClass added = new(bytes.Length) { Memory = PlanMemory.Weights, Offset = _blob.Position };
        _blob.Write(bytes);
        _byContent[key] = added;
        _keys[added] = key;
        return added;
    }

    /// <summary>What is equal for equal contents.</summary>
    public string KeyOf(PlanMemoryClass constant) => _keys[constant];

    /// <summary>The bytes of a constant.</summary>
    public ReadOnlySpan<byte> BytesOf(PlanMemoryClass constant) => _blob.GetBuffer().AsSpan((int)constant.Offset, (int)constant.Bytes);

    /// <summary>The blob without its header.</summary>
    public byte[] ToArray()
    {
        Pad();
        return _blob.ToArray();
    }

    private void Pad()
    {
        int rest = (int)(_blob.Position % Alignment);
        if (rest != 0)
        {
            _blob.Write(new byte[Alignment - rest]);
        }
    }
}
