using System.Collections.Immutable;
using System.Globalization;

namespace ModelBuild;

/// <summary>An input or output of a model.</summary>
/// <param name="Name">Name in the model.</param>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Sizes; -1 for the free batch and for what depends on sizes that are given with every call.</param>
/// <param name="Symbols">Names of symbolic dimensions, empty for fixed ones; as many as <paramref name="Shape"/>.</param>
public sealed record TensorInfo(string Name, ElementType Type, ImmutableArray<long> Shape, ImmutableArray<string> Symbols)
{
    /// <summary>
    /// The keys of an input that is a map in the model, one for each of its values and in their order, integers in digits; empty for all others, and where the positions of the values are the keys.
    /// </summary>
    public ImmutableArray<string> Keys { get; init; } = [];

    /// <summary>Elements of one item: the product of the sizes, the free batch counted as 1.</summary>
    public long ItemLength
    {
        get
        {
            long length = 1;
            foreach (long size in Shape)
            {
                length *= size < 0 ? 1 : size;
            }

            return length;
        }
    }

    /// <summary>Name, type and sizes, for example <c>input: Float32[N,3,224,224]</c>; a free batch without a name is <c>*</c>.</summary>
    public override string ToString()
    {
        ImmutableArray<string> symbols = Symbols;
        return $"{Name}: {Type}[{string.Join(',', Shape.Select((size, i) => size >= 0 ? size.ToString(CultureInfo.InvariantCulture) : symbols[i].Length > 0 ? symbols[i] : "*"))}]";
    }
}
