using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Import.Onnx.Maps;

/// <summary>How a node lays out the values of a map.</summary>
/// <param name="Width">Number of values; null where it is that of the map's entries, in the order of their keys.</param>
/// <param name="Result">Element type of the node's result.</param>
/// <param name="Keys">The keys; null where every entry counts.</param>
internal sealed record MapReader(long? Width, DType Result, InputKeys? Keys)
{
    /// <inheritdoc/>
    public bool Equals(MapReader? other) =>
        other is not null && Width == other.Width && Result == other.Result
        && (Keys is null ? other.Keys is null : other.Keys is not null && Keys.Kind == other.Keys.Kind && Keys.Missing == other.Keys.Missing && Keys.Names.AsSpan().SequenceEqual(other.Keys.Names));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Width, Result, Keys?.Kind, Keys?.Names.Length);
}
