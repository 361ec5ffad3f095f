namespace ModelBuild.Compiler.Ir;

/// <summary>Element type and shape of a value.</summary>
/// <param name="DType">Element type; <see cref="DType.Undefined"/> when not known.</param>
/// <param name="Shape">Shape, or null when not even the rank is known.</param>
public sealed record TensorType(DType DType, Shape? Shape)
{
    /// <summary>Nothing is known.</summary>
    public static TensorType Unknown { get; } = new(DType.Undefined, null);

    /// <summary>True when element type and every dimension are known.</summary>
    public bool IsStatic => DType != DType.Undefined && Shape is { IsStatic: true };

    /// <inheritdoc/>
    public override string ToString() => $"{(DType == DType.Undefined ? "?" : DType.ToString().ToLowerInvariant())}{Shape?.ToString() ?? "[...]"}";
}
