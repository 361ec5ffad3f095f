namespace ModelBuild.Compiler.Ir;

/// <summary>Value of a node's attribute, one record per ONNX attribute type that inference models use.</summary>
public abstract record AttributeValue;

/// <summary>A 64-bit integer.</summary>
public sealed record IntAttribute(long Value) : AttributeValue;

/// <summary>A binary32 number.</summary>
public sealed record FloatAttribute(float Value) : AttributeValue;

/// <summary>A UTF-8 string.</summary>
public sealed record StringAttribute(string Value) : AttributeValue;

/// <summary>A constant tensor.</summary>
public sealed record TensorAttribute(Tensor Value) : AttributeValue;

/// <summary>A subgraph, for If, Loop and Scan. Its nodes may use values of the enclosing graph.</summary>
public sealed record GraphAttribute(Graph Value) : AttributeValue;

/// <summary>A list of 64-bit integers.</summary>
public sealed record IntsAttribute(long[] Values) : AttributeValue
{
    /// <inheritdoc/>
    public bool Equals(IntsAttribute? other) => other is not null && Values.AsSpan().SequenceEqual(other.Values);

    /// <inheritdoc/>
    public override int GetHashCode() => Values.Length == 0 ? 0 : HashCode.Combine(Values.Length, Values[0]);
}

/// <summary>A list of binary32 numbers.</summary>
public sealed record FloatsAttribute(float[] Values) : AttributeValue
{
    /// <inheritdoc/>
    public bool Equals(FloatsAttribute? other) => other is not null && Values.AsSpan().SequenceEqual(other.Values);

    /// <inheritdoc/>
    public override int GetHashCode() => Values.Length == 0 ? 0 : HashCode.Combine(Values.Length, Values[0]);
}

/// <summary>A list of UTF-8 strings.</summary>
public sealed record StringsAttribute(string[] Values) : AttributeValue
{
    /// <inheritdoc/>
    public bool Equals(StringsAttribute? other) => other is not null && Values.AsSpan().SequenceEqual(other.Values);

    /// <inheritdoc/>
    public override int GetHashCode() => Values.Length == 0 ? 0 : HashCode.Combine(Values.Length, Values[0]);
}
