namespace ModelBuild.Compiler.Tests.Documentation.Schemas;

/// <summary>A formal input or output.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">A type variable, or an element type where the operator knows only one.</param>
/// <param name="Kind">How often it may be given.</param>
internal sealed record SchemaPort(string Name, string Type, SchemaPortKind Kind)
{
    public override string ToString() => $"{Name}:{Type}{Kind switch { SchemaPortKind.Optional => "?", SchemaPortKind.Variadic => "*", _ => "" }}";

    public static SchemaPort Parse(string text)
    {
        string[] parts = text.Split(':');
        SchemaPortKind kind = parts[1][^1] switch { '?' => SchemaPortKind.Optional, '*' => SchemaPortKind.Variadic, _ => SchemaPortKind.Single };
        return new SchemaPort(parts[0], parts[1].TrimEnd('?', '*'), kind);
    }
}
