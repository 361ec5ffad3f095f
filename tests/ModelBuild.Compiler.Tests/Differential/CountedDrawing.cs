using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Differential;

/// <summary>A graph of sizes that depend on values while it is drawn.</summary>
internal sealed class CountedDrawing(int seed)
{
    private int _sizes;

    /// <summary>Random choices and the graph.</summary>
    public Drawing Base { get; } = new(seed);

    /// <summary>Values of unknown size that templates may read.</summary>
    public List<Counted> Pool { get; } = [];

    /// <summary>A value of the pool, mostly the newest.</summary>
    public Counted Any() => Base.Chance(0.6) ? Pool[^1] : Pool[Base.Int(0, Pool.Count - 1)];

    /// <summary>The number of another size.</summary>
    public int NewSize() => _sizes++;

    /// <summary>The value as numbers of a type.</summary>
    public Value As(Counted x, DType type) => x.DType == type ? x.Value : Base.Add("Cast", [x.Value], new AttributeMap { { "to", (long)type } });

    /// <summary>How long the unknown axis is, as a list of one integer.</summary>
    public Value Length(Counted x) => Base.Add("Shape", [x.Value], new AttributeMap { { "start", (long)x.Axis }, { "end", x.Axis + 1L } });

    /// <summary>The whole shape with the unknown size in its place.</summary>
    /// <param name="sizes">One per axis; -1 for the unknown one.</param>
    public Value ShapeOf(Counted x, params long[] sizes)
    {
        Value[] parts = [.. sizes.Select(s => s < 0 ? Length(x) : Base.Longs(s))];
        return parts.Length == 1 ? parts[0] : Base.Add("Concat", parts, new AttributeMap { { "axis", 0L } });
    }
}
